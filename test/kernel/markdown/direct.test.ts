import fc from 'fast-check'
import { expect, it } from 'vitest'
import { renderMarkdown } from '../../../src/kernel/markdown/render.ts'
import { sanitizeHtml } from '../../../src/kernel/markdown/safe-html.ts'

const pieces = [
  '*',
  '**',
  '_',
  '~~',
  '`',
  '[',
  '](http://a.example)',
  '[a](https://b.example/c "d")',
  '\n',
  '\n\n',
  '[x](javascript:alert(1))',
  '![](data:image/png;base64,AA)',
  '![a "b" <c>](https://d.example/e.png)',
  '<http://f.example>',
  'https://g.example/?h=1&i=2 ',
  'www.j.example ',
  '- ',
  '3. ',
  '> ',
  '    ',
  '# ',
  '```js\n',
  '```a"b\n',
  '|a|b|\n|-|:-:|\n|c|',
  '|',
  'word ',
  '"',
  "'",
  '&amp;',
  '&quot;',
  '&lt;',
  '&#0;',
  '\\',
  '[k]',
  '\n\n[k]: /l?m "n\'o"\n',
  '---\n',
  '  \n',
  '\t',
  '\r',
  '\u0000',
  '\u00a0',
  'é',
]

it('a text without raw HTML is what the allow-list would make of it', () => {
  const text = fc
    .array(fc.constantFrom(...pieces), { maxLength: 30 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (source) => {
      const html = renderMarkdown(source)
      expect(sanitizeHtml(html, html.length)).toBe(html)
    }),
    { numRuns: 2_000 },
  )
})

it('a link in a link is taken apart as a browser would', () => {
  expect(renderMarkdown('[a <http://b.example> c](http://d.example)')).toBe(
    '<p><a href="http://d.example">a </a><a href="http://b.example">http://b.example</a> c</p>\n',
  )
})

it('quotes and angle brackets in text and code are as an HTML serializer writes them', () => {
  expect(renderMarkdown('"a" > b `&quot; <c>`')).toBe(
    '<p>"a" > b <code>&amp;quot; &lt;c></code></p>\n',
  )
})

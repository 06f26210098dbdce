import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../../src/kernel/markdown/render.ts'
import { sanitizeHtml } from '../../../src/kernel/markdown/safe-html.ts'
import { withAbsoluteAddresses } from '../../../src/modules/blog/listing/service/absolute-addresses.ts'

const base = 'https://site.example/blog/post'
const resolved = (html: string) => withAbsoluteAddresses(html, base)

describe('the addresses of a post in a feed', () => {
  it.each([
    ['![x](/img/x.png)', 'src="https://site.example/img/x.png"'],
    ['[x](other?a=1&b=2)', 'href="https://site.example/blog/other?a=1&amp;b=2"'],
    ['[x](//cdn.example/y)', 'href="https://cdn.example/y"'],
    ['[x](#part)', 'href="https://site.example/blog/post#user-content-part"'],
    ['<blockquote cite="/c">x</blockquote>', 'cite="https://site.example/c"'],
    [
      '<picture><source srcset="/a.png 1x,b,c.png 2x, https://e.example/d.png"></picture>',
      'srcset="https://site.example/a.png 1x,https://site.example/blog/b,c.png 2x, https://e.example/d.png"',
    ],
  ])('of %s are absolute', (markdown, address) => {
    expect(resolved(renderMarkdown(markdown))).toContain(address)
  })

  it.each([
    '[x](https://e.example/a?b=1&c=%22)',
    '[x](mailto:a@e.example)',
    '[x](//[)',
    'Write `<a href="/x">` or href="/x" > y, <b>bold</b>',
    '<a title=" href=" lang=" onclick=x ">x</a>',
    '<input type="checkbox">',
  ])('leave %s as it is', (markdown) => {
    const html = renderMarkdown(markdown)
    expect(resolved(html)).toBe(html)
  })

  it('never let one attribute break out of another', () => {
    const names = fc.constantFrom('href', 'title', 'lang')
    const values = fc.constantFrom(' href=', ' lang= onclick=x ', '/x', '&quot;', '<b>', '>', "'")
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values)), (attributes) => {
        const written = attributes.map(([name, value]) => ` ${name}="${value}"`).join('')
        const once = resolved(sanitizeHtml(`<a${written}>x</a>`, 100))
        expect(sanitizeHtml(once, 100)).toBe(once)
      }),
      { numRuns: 1_000 },
    )
  })
})

import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/limits.ts'
import { BrokenSvgError, isSvg, sanitizeSvg } from '../../src/kernel/safe-svg.ts'

const SPACE = 'xmlns="http://www.w3.org/2000/svg"'
const svg = (content: string, attributes = ''): string =>
  `<svg ${SPACE}${attributes}>${content}</svg>`

/** What a browser could run or load of a drawing. */
function faultsIn(text: string): string[] {
  const faults: string[] = []
  const open: string[] = []
  const parser = new SaxesParser()
  parser.on('closetag', () => void open.pop())
  parser.on('opentag', ({ name, attributes }) => {
    open.push(name)
    if (/script|foreign|iframe|image|animate|set|handler|object|embed|^a$/i.test(name))
      faults.push(name)
    for (const [key, value] of Object.entries(attributes)) {
      const isOwn = key === 'xmlns' || /^#[\w.:-]+$/.test(String(value))
      if (/^on/i.test(key)) faults.push(key)
      if (/href$|^src$/i.test(key) && !isOwn) faults.push(key)
      if (/javascript:|data:|https?:|url\((?!\s*["']?#)/i.test(String(value)) && !isOwn)
        faults.push(key)
    }
  })
  parser.on('text', (content) => {
    if (open.at(-1) === 'style' && /@import|url\((?!\s*["']?#)/i.test(content)) faults.push('style')
  })
  parser.on('doctype', () => faults.push('doctype'))
  parser.on('processinginstruction', () => faults.push('instruction'))
  parser.write(text).close()
  return faults
}

const drawing = svg(
  '<defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient></defs>' +
    '<style>.a{fill:url(#g);stroke:rgb(1,2,3)}</style>' +
    '<g class="a" transform="translate(1 2) rotate(3)"><path d="M0 0L9 9z" style="fill:red"/>' +
    '<text x="1">A &amp; B</text></g><use href="#g"/>',
  ' viewBox="0 0 10 10" width="10"',
)

/** Drawings that try to run or load something. */
const hostile: Readonly<Record<string, string>> = {
  'a script': svg('<script>alert(1)</script><circle r="1"/>'),
  'a script from elsewhere': svg('<script href="https://evil.example/x.js"/>'),
  'a script in capitals': svg('<SCRIPT>alert(1)</SCRIPT>'),
  'a script of another prefix': svg(
    '<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>',
  ),
  'a handler': svg('<circle r="1" onload="alert(1)" ONCLICK="alert(1)"/>', ' onload="alert(1)"'),
  'a page in it': svg(
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="alert(1)"/></foreignObject>',
  ),
  'a link that runs': svg('<a href="javascript:alert(1)"><text>here</text></a>'),
  'a link that is written in pieces': svg(
    '<a xlink:href="java&#10;script:alert(1)"><text>a</text></a>',
  ),
  'an animation that changes a link': svg(
    '<a><animate attributeName="href" values="javascript:alert(1)"/></a>',
  ),
  'a value that is set': svg('<set attributeName="onmouseover" to="alert(1)"/>'),
  'a picture from elsewhere': svg('<image href="https://evil.example/pixel.png"/>'),
  'a picture that is a drawing with a script': svg(
    '<image href="data:image/svg+xml,%3Csvg onload=alert(1)%3E"/>',
  ),
  'parts of another file': svg(
    '<use href="https://evil.example/x.svg#a"/><use xlink:href="data:,#x"/>',
  ),
  'paint from elsewhere': svg('<rect fill="url(https://evil.example/p.svg#a)"/>'),
  'paint behind paint of its own': svg('<rect fill="url(#a) url(https://evil.example/x)"/>'),
  'paint that hides behind an escape': svg('<rect fill="u\\72l(https://evil.example/x)"/>'),
  'a set of pictures': svg('<rect style="mask:image-set(&quot;https://evil.example/x&quot; 1x)"/>'),
  'a style sheet from elsewhere': svg('<style>@import "https://evil.example/x.css";</style>'),
  'a style sheet that loads': svg('<style>.a{fill:url(https://evil.example/x)}</style>'),
  'a rule behind a comment': svg('<style>/*} .a{*/ @import url(//evil.example);</style>'),
  'a style sheet that ends itself': svg(
    '<style><![CDATA[</style><script>alert(1)</script>]]></style>',
  ),
  'an instruction': `<?xml-stylesheet href="https://evil.example/x.xsl"?>${svg('<circle r="1"/>')}`,
  'an entity of the file system': `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('<text>&x;</text>')}`,
  'a text that is a script after reading': svg(
    '<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>',
  ),
  'a text in CDATA': svg('<text><![CDATA[<script>alert(1)</script>]]></text>'),
  'an attribute that ends itself': svg(
    '<rect id="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"/>',
  ),
  'a base': svg('<rect xml:base="https://evil.example/"/>', ' xml:base="javascript:alert(1)"'),
  'an element without an end': `<svg ${SPACE}><g><script>alert(1)`,
  'a note of who drew it': svg('<metadata>CANARY</metadata>'),
}

/** Drawings that are none, or that cost far more than they are long. */
const refused: Readonly<Record<string, string>> = {
  'no drawing': 'hello',
  'a page': '<html><svg/></html>',
  'a drawing of another prefix': '<s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
  'two drawings': `${svg('')}${svg('')}`,
  'a hundred and one levels': svg('<g>'.repeat(100)),
  'too many elements': svg('<g/>'.repeat(limits.images.svgElements)),
  'too many characters': svg(' '.repeat(limits.images.svg)),
  'a billion circles': svg(
    Array.from(
      { length: 9 },
      (_, level) => `<g id="n${level}">${`<use href="#n${level + 1}"/>`.repeat(10)}</g>`,
    ).join('') + '<g id="n9"><circle r="1"/></g>',
  ),
  'a billion tiles': svg(
    Array.from(
      { length: 9 },
      (_, level) =>
        `<pattern id="n${level}">${`<rect fill="url(#n${level + 1})"/>`.repeat(10)}</pattern>`,
    ).join('') + '<pattern id="n9"><circle r="1"/></pattern>',
  ),
  'a part that draws itself': svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
  'parts that draw one another ten times': svg(
    `<g id="a">${'<use href="#b"/>'.repeat(10)}</g><g id="b">${'<use href="#a"/>'.repeat(10)}</g>`,
  ),
  'a long chain of parts': svg(
    Array.from({ length: 20_000 }, (_, at) => `<g id="n${at}"><use href="#n${at + 1}"/></g>`).join(
      '',
    ),
  ),
}

describe('a drawing', () => {
  it('keeps its shapes, its paint and its text', () => {
    expect(sanitizeSvg(drawing)).toBe(
      `<svg ${SPACE} viewBox="0 0 10 10" width="10"><defs><linearGradient id="g">` +
        '<stop offset="0" stop-color="#f00"></stop></linearGradient></defs>' +
        '<style>.a{fill:url(#g);stroke:rgb(1,2,3)}</style>' +
        '<g class="a" transform="translate(1 2) rotate(3)"><path d="M0 0L9 9z" style="fill:red">' +
        '</path><text x="1">A &amp; B</text></g><use href="#g"></use></svg>',
    )
  })

  it('changes no more when it is cleaned again', () => {
    for (const text of [drawing, ...Object.values(hostile)]) {
      const once = sanitizeSvg(text)
      expect(sanitizeSvg(once)).toBe(once)
    }
  })

  it.each(Object.keys(hostile))('runs and loads nothing: %s', (name) => {
    const safe = sanitizeSvg(hostile[name] ?? '')
    expect(faultsIn(safe)).toEqual([])
    expect(safe).not.toContain('CANARY')
  })

  it.each(Object.keys(refused))('is refused: %s', (name) => {
    expect(() => sanitizeSvg(refused[name] ?? '')).toThrow(BrokenSvgError)
  })

  it('keeps no value that ends its rule or hides what it is', () => {
    const safe = sanitizeSvg(svg('<style>.a{fill:red{}.b{fill:blue}</style><g fill="a\\b"/>'))
    expect(safe).toBe(svg('<style>.b{fill:blue}</style><g></g>'))
  })

  it('may be as deep and as large as the limits say', () => {
    expect(() => sanitizeSvg(svg('<g>'.repeat(limits.images.svgDepth - 1)))).not.toThrow()
    expect(() => sanitizeSvg(svg('<g/>'.repeat(limits.images.svgElements - 1)))).not.toThrow()
  })

  it('is well-formed and safe, whatever it is made of', () => {
    const pieces = fc.constantFrom(
      '<g',
      '<style',
      '<script',
      '<a',
      '</g>',
      '</style>',
      '/>',
      '>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      ' id="a"',
      ' href="',
      ' onload=',
      ' fill="url(',
      '"',
      "'",
      '#a',
      ')',
      '{',
      '}',
      '/*',
      '*/',
      '&lt;',
      '&#x1;',
      '\0',
      'javascript:',
      'https://e.example',
      '<?x',
      '?>',
      '<!DOCTYPE',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        expect(faultsIn(sanitizeSvg(`<svg ${SPACE}>${parts.join('')}`))).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it('is told by its beginning', () => {
    const before =
      '<?xml version="1.0"?>\n<!-- a --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" [<!ENTITY a "b">]>\n'
    expect(isSvg(`\uFEFF${before}${drawing}`)).toBe(true)
    expect(['<html><svg>', 'svg', '<svgx>', '<!-- <svg>', '<?xml'].some(isSvg)).toBe(false)
    expect(isSvg('<!---->'.repeat(9_000))).toBe(false)
  })
})

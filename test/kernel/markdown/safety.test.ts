import fc from 'fast-check'
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { MarkdownTooComplexError, renderMarkdown } from '../../../src/kernel/markdown/render.ts'
import { hostileMarkdown } from './hostile.ts'
import { pathologicalMarkdown } from './pathological.ts'

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
      { numRuns: 500 },
    )
  }, 60_000)

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

import type { Token } from 'markdown-it'
import { maxElements } from './safe-html.ts'

/** Addresses that the allow-list keeps as they are, in characters that no escaping changes. */
const PLAIN_ADDRESS = /^(?:https?:\/\/|mailto:|\/)[\w/.:@%?=+,;~!$()*#-]*$/
const PLAIN_TEXT = /^[^"&'<>`]*$/
const PLAIN_INFO = /^[\w+.-]*$/

/** What the parser writes as attributes, each with the values that need no second look. */
const PLAIN_ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  href: PLAIN_ADDRESS,
  src: /^https?:\/\/[\w/.:@%?=+,;~!$()*#-]*$/,
  title: PLAIN_TEXT,
  alt: PLAIN_TEXT,
  start: /^\d{1,9}$/,
  align: /^(?:left|center|right)$/,
}

/** Control characters and numeric references, which an HTML parser may change. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNUSUAL = /[\0-\x08\x0b-\x1f\x7f-\x9f]|&#/

/**
 * Whether the HTML that the parser's own renderer makes of the tokens passes the allow-list as it
 * is: no raw HTML, no link in a link, attributes of plain values, and no more elements than are
 * allowed. Says no when in doubt. Ask it after rendering, which completes the tokens.
 */
export function isPlain(source: string, tokens: readonly Token[]): boolean {
  if (UNUSUAL.test(source)) return false
  let elements = 0
  let openLinks = 0
  const check = (token: Token): boolean => {
    if (token.tag === 'a') openLinks += token.nesting
    if (openLinks > 1) return false
    // A fence is the one token that is written as two elements.
    if (token.nesting >= 0 && token.tag !== '') elements += 2
    return (
      hasPlainContent(token) && hasPlainAttributes(token) && (token.children ?? []).every(check)
    )
  }
  return tokens.every(check) && elements <= maxElements(source.length)
}

function hasPlainContent({ type, info, content }: Token): boolean {
  if (type === 'html_block' || type === 'html_inline') return false
  if (type === 'fence') return PLAIN_INFO.test(info.trim())
  return type !== 'image' || PLAIN_TEXT.test(content)
}

function hasPlainAttributes({ attrs }: Token): boolean {
  return (attrs ?? []).every(
    ([name, value]) => PLAIN_ATTRIBUTES[name]?.test(String(value)) === true,
  )
}

/** The renderer escapes quotes and `>` in text, where HTML needs neither. */
export function unescapeText(html: string): string {
  return html.replace(/&(quot|gt);/g, (_, name) => (name === 'gt' ? '>' : '"'))
}

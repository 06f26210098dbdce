/** An element of an XML document, without its attributes. */
export interface XmlElement {
  readonly name: string
  /** The texts directly in it. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

interface OpenElement {
  readonly name: string
  text: string
  readonly children: OpenElement[]
}

const TOKEN = /<\?[^>]*>|<(\/?)([A-Za-z][\w.:-]*)([^<>]*)>|([^<]+)|</g
const MAX_DEPTH = 16

const CHARACTERS: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/**
 * Reads the XML that S3 services answer with: elements and texts. Throws `SyntaxError` for what is
 * not well-formed and for what they do not send: comments, CDATA, document types.
 */
export function readXml(text: string): XmlElement {
  const root: OpenElement = { name: '', text: '', children: [] }
  const open = [root]
  for (const [token, close, name, rest = '', characters] of text.matchAll(TOKEN)) {
    const parent = open.at(-1)
    if (!parent || token === '<') throw new SyntaxError('the XML is not well-formed')
    if (characters !== undefined) parent.text += unescaped(characters)
    if (name === undefined) continue
    if (close === '/') {
      if (open.length === 1 || parent.name !== name) {
        throw new SyntaxError('the XML is not well-formed')
      }
      open.pop()
      continue
    }
    const element: OpenElement = { name, text: '', children: [] }
    parent.children.push(element)
    if (rest.endsWith('/')) continue
    open.push(element)
    if (open.length > MAX_DEPTH) throw new SyntaxError('the XML is too deep')
  }
  const [document] = root.children
  if (open.length > 1 || !document) throw new SyntaxError('the XML is not well-formed')
  return document
}

/** The text of the first child of a name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text
}

function unescaped(text: string): string {
  return text.replace(
    /&(?:#x([0-9A-Fa-f]{1,6})|#(\d{1,7})|(\w{1,8}));/g,
    (whole, hex, decimal, name) => {
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
      if (name) return CHARACTERS[name] ?? whole
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}

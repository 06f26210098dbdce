/** A piece of well-formed XML. */
export interface Xml {
  readonly xml: string
}

/** Attributes by name; those that are undefined are left out. */
export type XmlAttributes = Readonly<Record<string, string | undefined>>

/** Everything but the `Char` of XML 1.0 §2.2; half a surrogate pair has been replaced before. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

const legal = (text: string): string => text.toWellFormed().replace(FORBIDDEN, '')

/** Escapes text for element content or a quoted attribute of XML or HTML. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => references[character] ?? character)
}

/** Text of XML 1.0 without what it cannot carry, which is most control characters. */
export function xmlText(text: string): string {
  return escapeMarkup(legal(text))
}

/** Parsers turn these into a space or a line feed unless they are written by number (§2.11, §3.3.3). */
const keepSpace = (text: string, spaces: RegExp): string =>
  text.replace(spaces, (space) => `&#${space.charCodeAt(0)};`)

/**
 * Makes an element. A text is escaped and loses what XML 1.0 cannot carry, which is most control
 * characters; children that are undefined are left out. Names are not checked: they are ours.
 */
export function element(
  name: string,
  attributes: XmlAttributes,
  content: string | readonly (Xml | undefined)[] = [],
): Xml {
  const head = Object.entries(attributes)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${keepSpace(xmlText(value), /[\t\n\r]/g)}"`)
    .join('')
  const body =
    typeof content === 'string'
      ? keepSpace(xmlText(content), /\r/g)
      : content.map((child) => child?.xml ?? '').join('')
  return { xml: body === '' ? `<${name}${head}/>` : `<${name}${head}>${body}</${name}>` }
}

/** Makes an XML 1.0 document, which is to be sent as UTF-8, of its root element. */
export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}\n`
}

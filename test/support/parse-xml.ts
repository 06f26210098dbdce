import { SaxesParser } from 'saxes'

/** An element of a parsed XML document; names are as written, with their prefix. */
export interface XmlElement {
  readonly name: string
  /** The namespace that the name's prefix stands for. */
  readonly namespace: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
  readonly children: readonly XmlElement[]
}

/** Parses XML with a strict parser that knows namespaces; throws on the first fault. */
export function parseXml(xml: string): XmlElement {
  interface Open extends XmlElement {
    text: string
    children: Open[]
  }
  const top: Open = { name: '', namespace: '', attributes: {}, text: '', children: [] }
  const open = [top]
  const parser = new SaxesParser({ xmlns: true, position: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, uri, attributes }) => {
    const values = Object.values(attributes).map((attribute) => [attribute.name, attribute.value])
    const element: Open = {
      name,
      namespace: uri,
      attributes: Object.fromEntries(values),
      text: '',
      children: [],
    }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('text', (text) => {
    const element = open.at(-1)
    if (element) element.text += text
  })
  parser.on('closetag', () => void open.pop())
  parser.write(xml).close()
  const [root] = top.children
  if (!root) throw new Error('the document has no element')
  return root
}

/** The children of an element by name. */
export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name)

/** The text of the one child of that name. */
export function textOf(element: XmlElement, name: string): string {
  const [child, ...others] = childrenOf(element, name)
  if (!child || others.length > 0) throw new Error(`${name} is not there exactly once`)
  return child.text
}

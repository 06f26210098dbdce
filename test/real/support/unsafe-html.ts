import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'

const active = new Set([
  'script',
  'iframe',
  'object',
  'embed',
  'style',
  'link',
  'meta',
  'base',
  'form',
])
const addresses = new Set(['href', 'src', 'action', 'formaction', 'cite', 'longdesc', 'xlink:href'])

/** Browsers leave out spaces and control characters before they look at the scheme. */
const runnable = /^(javascript|data|vbscript):/i

const isUnsafe = ({ name, value }: { name: string; value: string }): boolean =>
  name.startsWith('on') ||
  name === 'style' ||
  name === 'srcdoc' ||
  (addresses.has(name) && runnable.test(value.replaceAll(/[^!-~]/g, '')))

const faultsIn = (node: DefaultTreeAdapterTypes.ChildNode): string[] => {
  if (!('tagName' in node)) return []
  const attributes = node.attrs.filter(isUnsafe).map(({ name }) => `${node.tagName} ${name}`)
  const own = active.has(node.tagName) ? [node.tagName] : []
  return [...own, ...attributes, ...node.childNodes.flatMap(faultsIn)]
}

/** What could run or load something in a piece of HTML, as a browser reads it. */
export const unsafeParts = (html: string): string[] =>
  parseFragment(html).childNodes.flatMap(faultsIn)

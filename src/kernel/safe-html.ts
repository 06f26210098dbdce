import type { Element, Nodes } from 'hast'
import { fromParse5 } from 'hast-util-from-parse5'
import { type Schema, defaultSchema, sanitize } from 'hast-util-sanitize'
import { toHtml } from 'hast-util-to-html'
import {
  type DefaultTreeAdapterMap,
  type TreeAdapter,
  defaultTreeAdapter,
  parseFragment,
} from 'parse5'

/** A text that would cost far more than its length to render, such as thousands of nested quotes. */
export class MarkdownTooComplexError extends Error {
  override readonly name = 'MarkdownTooComplexError'
}

/** How many elements may be nested in one another. */
const MAX_DEPTH = 200

/** Fifty thousand elements take about half a second. */
const MAX_ELEMENTS = 50_000

/** Short texts may have more elements than characters: a browser completes tables, for example. */
const SPARE_ELEMENTS = 1_000

/** The most elements that a text of so many characters may be made of. */
export function maxElements(sourceLength: number): number {
  return Math.min(MAX_ELEMENTS, sourceLength + SPARE_ELEMENTS)
}

const withoutProse =
  'iframe math noembed noframes noscript object script select style svg template textarea title'

/**
 * GitHub's allow-list: no scripts, styles, frames, forms, SVG or MathML, no event handlers or
 * `style`, only http, https and mail addresses in links, and a prefix on ids and names. Elements
 * that hold no prose go with their content; other strangers leave theirs behind.
 */
const schema: Schema = {
  ...defaultSchema,
  strip: withoutProse.split(' '),
}

const idPrefix = defaultSchema.clobberPrefix ?? ''

type Adapter = TreeAdapter<DefaultTreeAdapterMap>

/** The tree builder of parse5 with bounds: broken HTML may multiply elements and nest them at will. */
function createBoundedAdapter(maxElements: number): Adapter {
  let elements = 0
  let depth = 0
  return {
    ...defaultTreeAdapter,
    createElement(...args) {
      elements += 1
      if (elements > maxElements) throw new MarkdownTooComplexError('too many elements')
      return defaultTreeAdapter.createElement(...args)
    },
    onItemPush() {
      depth += 1
      if (depth > MAX_DEPTH) throw new MarkdownTooComplexError('elements are nested too deeply')
    },
    onItemPop() {
      depth -= 1
    },
  }
}

function* elementsOf(node: Nodes): Generator<Element> {
  if (node.type === 'element') yield node
  if ('children' in node) for (const child of node.children) yield* elementsOf(child)
}

/** Ids have the prefix, so links to them take it too. */
function prefixFragmentLinks(root: Nodes): void {
  for (const { properties } of elementsOf(root)) {
    const { href } = properties
    if (typeof href === 'string' && /^#./.test(href)) {
      properties['href'] = `#${idPrefix}${href.slice(1)}`
    }
  }
}

/**
 * Parses an HTML fragment by the WHATWG algorithm, as browsers do, and keeps what the allow-list
 * names. The result is safe in every place where block elements may stand.
 * @param sourceLength characters of the text that the fragment was made from; bounds its elements
 * @throws {MarkdownTooComplexError} past 200 nested elements, 50,000 elements, or one element for
 * each character
 */
export function parseSafeHtml(html: string, sourceLength: number): Nodes {
  const treeAdapter = createBoundedAdapter(maxElements(sourceLength))
  const fragment = parseFragment(html, { treeAdapter, scriptingEnabled: false })
  const tree = sanitize(fromParse5(fragment), schema)
  prefixFragmentLinks(tree)
  return tree
}

/** Writes a tree as HTML. */
export function serializeSafeHtml(tree: Nodes): string {
  return toHtml(tree, { characterReferences: { useNamedReferences: true } })
}

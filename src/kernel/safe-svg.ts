import { Parser } from 'htmlparser2'
import { limits } from './limits.ts'
import {
  isSafeTag,
  isWithoutPicture,
  partsNamedBy,
  safeAttribute,
  safeStyleSheet,
} from './safe-svg-rules.ts'
import { xmlText } from './xml.ts'

/** A drawing that is no SVG, or one that would cost far more than its length to draw. */
export class BrokenSvgError extends Error {
  override readonly name = 'BrokenSvgError'
}

/** An element of the drawing, or the drawing itself: how much is in it, and what it draws again. */
interface Part {
  elements: number
  readonly draws: string[]
}

type Attributes = readonly (readonly [name: string, value: string])[]

/** Whether a text begins as an SVG does: an XML declaration, comments and a document type may precede. */
export function isSvg(head: string): boolean {
  let rest = head.replace(/^\uFEFF/, '').trimStart()
  while (rest.startsWith('<?') || rest.startsWith('<!')) {
    const close = rest.startsWith('<?') ? '?>' : rest.startsWith('<!--') ? '-->' : '>'
    const subset = /^<!DOCTYPE[^>[]*\[/.exec(rest)
    const from = subset ? rest.indexOf(']') : 0
    const end = from === -1 ? -1 : rest.indexOf(close, from)
    if (end === -1) return false
    rest = rest.slice(end + close.length).trimStart()
  }
  return /^<svg[\s/>]/.test(rest)
}

/**
 * A drawing of which an allow-list has kept shapes, text, paint and effects: no scripts, no handlers,
 * no animation, no HTML, no pictures in it, and no address but those of its own parts. It is written
 * anew as well-formed XML without a document type, so there is no entity to expand.
 * @param text up to `limits.images.svg` characters
 * @throws {BrokenSvgError} for what has another root, or more than `limits.images` allows of it
 */
export function sanitizeSvg(text: string): string {
  if (text.length > limits.images.svg) throw new BrokenSvgError('the drawing is too long')
  const writer = createWriter()
  new Parser(writer, { xmlMode: true }).end(text)
  return writer.result()
}

function createWriter() {
  let [safe, sheet, elements, dropping] = ['', '', 0, 0]
  const open: { readonly tag: string; readonly isKept: boolean; readonly part: Part }[] = []
  const { whole, parts, partOf } = createParts()
  return {
    onopentag(tag: string, attributes: Readonly<Record<string, string>>) {
      elements += 1
      checkElement(tag, elements, open.length)
      if (isWithoutPicture(tag)) dropping += 1
      const isKept = dropping === 0 && open.at(-1)?.tag !== 'style' && isSafeTag(tag)
      const kept = isKept ? safeAttributes(attributes) : []
      open.push({ tag, isKept, part: partOf(kept, open.at(-1)?.part ?? whole) })
      if (!isKept) return
      const space = open.length === 1 ? ' xmlns="http://www.w3.org/2000/svg"' : ''
      const written = kept.map(([name, value]) => ` ${name}="${xmlText(value)}"`)
      safe += `<${tag}${space}${written.join('')}>`
    },
    ontext(text: string) {
      const parent = open.at(-1)
      if (parent?.isKept !== true) return
      if (parent.tag === 'style') sheet += text
      else safe += xmlText(text)
    },
    onclosetag(tag: string) {
      // A tag that the text breaks off in is closed without having been opened.
      const closed = open.at(-1)
      if (closed?.tag !== tag) return
      open.pop()
      if (isWithoutPicture(tag)) dropping -= 1
      if (!closed.isKept) return
      if (tag === 'style') {
        safe += xmlText(safeStyleSheet(sheet))
        sheet = ''
      }
      safe += `</${tag}>`
    },
    result(): string {
      if (elements === 0) throw new BrokenSvgError('there is no drawing')
      checkDrawn(whole, parts)
      return safe
    },
  }
}

function checkElement(tag: string, elements: number, depth: number): void {
  if (elements > limits.images.svgElements) throw new BrokenSvgError('too many elements')
  if (depth >= limits.images.svgDepth) throw new BrokenSvgError('nested too deeply')
  if (depth === 0 && (elements > 1 || tag !== 'svg')) {
    throw new BrokenSvgError('the root is not one svg')
  }
}

function createParts() {
  const whole: Part = { elements: 0, draws: [] }
  const parts = new Map<string, Part>()

  /** Adds an element to the part that it stands in; one with an id of its own begins another. */
  const partOf = (attributes: Attributes, around: Part): Part => {
    let part = around
    const id = attributes.find(([name]) => name === 'id')?.[1]
    if (id !== undefined && !parts.has(id)) {
      part.draws.push(id)
      part = { elements: 0, draws: [] }
      parts.set(id, part)
    }
    part.elements += 1
    for (const [, value] of attributes) {
      for (const named of partsNamedBy(value)) part.draws.push(named)
    }
    return part
  }

  return { whole, parts, partOf }
}

function safeAttributes(attributes: Readonly<Record<string, string>>): Attributes {
  const kept = Object.entries(attributes).flatMap(([name, value]) => {
    const safe = safeAttribute(name, value)
    return safe ? [safe] : []
  })
  return [...new Map(kept)]
}

/** How deep parts may draw one another. */
const MAX_CHAIN = 500

/** Refuses a drawing whose parts draw one another far more often than they are written. */
function checkDrawn(whole: Part, parts: ReadonlyMap<string, Part>): void {
  const known = new Map<string, number>()
  const inPart = (part: Part, depth: number): number =>
    part.draws.reduce((sum, id) => sum + ofId(id, depth + 1), part.elements)
  const ofId = (id: string, depth: number): number => {
    const [part, before] = [parts.get(id), known.get(id)]
    if (!part || before !== undefined) return before ?? 0
    if (depth > MAX_CHAIN) return Infinity
    // What a part finds of itself while it is being counted is a circle.
    known.set(id, Infinity)
    const drawn = inPart(part, depth)
    known.set(id, drawn)
    return drawn
  }
  if (inPart(whole, 0) > limits.images.svgDrawn) throw new BrokenSvgError('too much is drawn again')
}

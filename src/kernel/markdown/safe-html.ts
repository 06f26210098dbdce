import { Parser } from 'htmlparser2'
import {
  type SafeElement,
  isVoid,
  isWithoutProse,
  safeElement,
  writeElement,
} from './safe-html-rules.ts'

/** A text that would cost far more than its length to render, such as thousands of nested quotes. */
export class MarkdownTooComplexError extends Error {
  override readonly name = 'MarkdownTooComplexError'
}

/** How many elements may be nested in one another. */
const MAX_DEPTH = 199

/** Rendering takes its time by the element, and a few characters may make one. */
const MAX_ELEMENTS = 50_000

/** Short texts may have more elements than characters: a list of one letter has two, for example. */
const SPARE_ELEMENTS = 1_000

/** The most elements that a text of so many characters may be made of. */
export function maxElements(sourceLength: number): number {
  return Math.min(MAX_ELEMENTS, sourceLength + SPARE_ELEMENTS)
}

/** What is told of safe HTML, in the order of the document. Elements are closed as they nest. */
export interface SafeHtmlVisitor {
  open(element: SafeElement): void
  /** Characters, not escaped. */
  text(characters: string): void
  close(tag: string): void
}

/**
 * Reads an HTML fragment and tells what the allow-list keeps of it: every element is closed, links
 * hold no links, rows and cells have a table, and what holds no prose has gone with its content.
 * @param sourceLength characters of the text that the fragment was made from; bounds its elements
 * @throws {MarkdownTooComplexError} past 199 nested elements, 50,000 elements, or one element for
 * each character
 */
export function visitSafeHtml(html: string, sourceLength: number, visitor: SafeHtmlVisitor): void {
  /** Every open element, with what was told of it. */
  const open: { readonly tag: string; readonly told: boolean }[] = []
  let elements = 0
  let dropping = 0
  const isOpen = (tag: string): boolean => open.some((one) => one.told && one.tag === tag)
  const parser = new Parser({
    onopentag(tag, attributes) {
      elements += 1
      if (elements > maxElements(sourceLength)) {
        throw new MarkdownTooComplexError('too many elements')
      }
      if (open.length >= MAX_DEPTH) {
        throw new MarkdownTooComplexError('elements are nested too deeply')
      }
      if (isWithoutProse(tag)) dropping += 1
      const element = dropping > 0 ? undefined : safeElement(tag, attributes, isOpen)
      open.push({ tag, told: element !== undefined })
      if (element) visitor.open(element)
    },
    ontext(characters) {
      if (dropping === 0) visitor.text(characters)
    },
    onclosetag(tag) {
      // A tag that the text breaks off in is closed without ever having been opened.
      if (open.at(-1)?.tag !== tag) return
      const closed = open.pop()
      if (isWithoutProse(tag)) dropping -= 1
      if (closed?.told === true) visitor.close(tag)
    },
  })
  parser.end(html)
}

/**
 * The HTML that the allow-list keeps of a fragment. It is safe wherever block elements may stand.
 * @throws {MarkdownTooComplexError} as `visitSafeHtml` does
 */
export function sanitizeHtml(html: string, sourceLength: number): string {
  let safe = ''
  visitSafeHtml(html, sourceLength, {
    open: (element) => void (safe += writeElement(element)),
    text: (characters) => void (safe += escapeText(characters)),
    close: (tag) => void (safe += isVoid(tag) ? '' : `</${tag}>`),
  })
  return safe
}

function escapeText(text: string): string {
  return text.replace(/[&<]/g, (character) => (character === '&' ? '&amp;' : '&lt;'))
}

import MarkdownParser, { type MarkdownIt, type Token } from 'markdown-it'
import { isPlain, unescapeText } from './direct.ts'
import { addGithubRules } from './rules.ts'
import { MarkdownTooComplexError, sanitizeHtml, visitSafeHtml } from './safe-html.ts'

export { MarkdownTooComplexError }

/** Nested blocks; a list takes two levels. The parser drops what is deeper, so reaching it throws. */
const MAX_NESTING = 32

/** A short reference may stand for a long address in any number of places. */
const SPARE_ADDRESS_CHARACTERS = 100_000
const ADDRESS_CHARACTERS_PER_CHARACTER = 10

/** What follows `www.` is looked at no further than this. */
const MAX_BARE_ADDRESS = 2_048

/** Elements whose text tells nothing outside of the page. */
const NOT_IN_EXCERPT = new Set(['pre', 'table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'del', 's'])

const INLINE = new Set(
  'a abbr b cite code em i img input ins kbd q s samp span strong sub sup tt var'.split(' '),
)

function createParser(): MarkdownIt {
  const parser = new MarkdownParser({ html: true, linkify: true, maxNesting: MAX_NESTING })
  // Where a link may lead is decided once, by the allow-list behind the parser.
  parser.validateLink = () => true
  parser.linkify
    .add('ftp:', null)
    .add('//', null)
    .add('www.', {
      validate(text, position, { re }) {
        const address = `//${text.slice(position - 4, position + MAX_BARE_ADDRESS)}`
        const validator = re.get_http_validator()
        validator.lastIndex = 0
        return Math.max(0, (validator.exec(address)?.[0].length ?? 0) - '//www.'.length)
      },
      normalize(match) {
        match.url = `http://${match.url}`
      },
    })
  return parser.use(addGithubRules)
}

let parser: MarkdownIt | undefined

function assertBounds(tokens: readonly Token[], sourceLength: number): void {
  let addressCharacters = 0
  const visit = (token: Token): void => {
    if (token.nesting === 1 && token.level >= MAX_NESTING - 1) {
      throw new MarkdownTooComplexError('the text is nested too deeply')
    }
    for (const [, value] of token.attrs ?? []) addressCharacters += String(value).length
    token.children?.forEach(visit)
  }
  tokens.forEach(visit)
  if (
    addressCharacters >
    SPARE_ADDRESS_CHARACTERS + ADDRESS_CHARACTERS_PER_CHARACTER * sourceLength
  ) {
    throw new MarkdownTooComplexError('references stand for too much text')
  }
}

interface Rendered {
  readonly tokens: readonly Token[]
  /** As the parser's renderer writes it, raw HTML included: not safe. */
  readonly html: string
}

function render(source: string): Rendered {
  parser ??= createParser()
  const environment = {}
  const tokens = parser.parse(source, environment)
  assertBounds(tokens, source.length)
  return { tokens, html: parser.renderer.render(tokens, parser.options, environment) }
}

/**
 * Renders Markdown (CommonMark 0.31, with the tables, task lists, strikethrough and bare links of
 * GitHub Flavored Markdown) as HTML that is safe to show: raw HTML is kept as far as GitHub's
 * allow-list goes, ids and names begin with `user-content-`.
 *
 * Takes time in proportion to the length, which the caller bounds.
 * @throws {MarkdownTooComplexError} when the text would cost far more than its length: blocks or
 * elements nested dozens deep, elements or reference texts multiplied beyond measure
 */
export function renderMarkdown(source: string): string {
  const { tokens, html } = render(source)
  if (isPlain(source, tokens)) return unescapeText(html)
  return sanitizeHtml(html, source.length)
}

/** The text of HTML, with a space wherever a block begins or ends. */
function proseOf(html: string, sourceLength: number): string {
  let prose = ''
  let skipping = 0
  visitSafeHtml(html, sourceLength, {
    open({ tag }) {
      if (NOT_IN_EXCERPT.has(tag)) skipping += 1
      if (!INLINE.has(tag)) prose += ' '
    },
    text(characters) {
      if (skipping === 0) prose += characters
    },
    close(tag) {
      if (NOT_IN_EXCERPT.has(tag)) skipping -= 1
      if (!INLINE.has(tag)) prose += ' '
    },
  })
  return prose
}

/** Where the last whole word, or else the last whole character, of a cut text begins. */
function lastBoundary(text: string, granularity: 'word' | 'grapheme'): number {
  const segments = new Intl.Segmenter('und', { granularity }).segment(text)
  return segments.containing(text.length - 1)?.index ?? 0
}

function truncate(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text
  const head = text.slice(0, maxCharacters)
  const end = lastBoundary(head, 'word') || lastBoundary(head, 'grapheme')
  return `${head.slice(0, end).replace(/[\s\p{P}]+$/u, '')}…`
}

/**
 * The plain text at the start of a Markdown text, for lists and search results: whole words in one
 * line, without headings, code blocks, tables, images and what is struck out. A text that goes on
 * ends in an ellipsis, which is counted.
 * @param maxCharacters UTF-16 units, as `length` counts them; at least 1
 * @throws {MarkdownTooComplexError} as `renderMarkdown` does
 */
export function excerptOf(source: string, maxCharacters: number): string {
  const prose = proseOf(render(source).html, source.length)
  return truncate(prose.replace(/\s+/g, ' ').trim(), maxCharacters)
}

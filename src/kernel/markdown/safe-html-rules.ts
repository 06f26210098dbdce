/** An element that the allow-list keeps, with those of its attributes that it keeps. */
export interface SafeElement {
  readonly tag: string
  /** Values are not escaped; an empty one of a switch stands for true. */
  readonly attributes: readonly (readonly [name: string, value: string])[]
}

/*
 * GitHub's allow-list without what belongs to forms: no scripts, styles, frames, SVG or MathML, no
 * event handlers or `style`, only http, https, mail and chat addresses in links, and a prefix on ids
 * and names.
 */

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '))

const TAGS = set(
  'a b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img input ins kbd li ' +
    'ol p picture pre q rp rt ruby s samp section source span strike strong sub summary sup table ' +
    'tbody td tfoot th thead tr tt ul var',
)

/** Elements that hold no prose: they go with their content, while other strangers leave it behind. */
const WITHOUT_PROSE = set(
  'iframe math noembed noframes noscript object script select style svg template textarea title',
)

const OF_TABLES = set('tbody td tfoot th thead tr')

const OF_ANY = set(
  'abbr accesskey align alt axis border cellpadding cellspacing char charoff charset ' +
    'checked clear color cols colspan compact coords datetime dir headers height hreflang ' +
    'hspace id ismap itemprop lang name nohref noshade nowrap open rev rows rowspan rules ' +
    'scope shape size span start summary tabindex title valign value width',
)

const labelled = 'aria-describedby aria-label aria-labelledby'

const OF_ONE: Readonly<Record<string, ReadonlySet<string>>> = {
  a: set(`${labelled} data-footnote-backref data-footnote-ref href`),
  blockquote: set('cite'),
  del: set('cite'),
  div: set('itemscope itemtype'),
  dl: set(labelled),
  img: set(`${labelled} longdesc src`),
  input: set('disabled type'),
  ins: set('cite'),
  ol: set(labelled),
  q: set('cite'),
  section: set('data-footnotes'),
  source: set('media srcset'),
  summary: set(labelled),
  table: set(labelled),
  ul: set(labelled),
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  a: /^data-footnote-backref$/,
  code: /^language-./,
  h2: /^sr-only$/,
  li: /^task-list-item$/,
  ol: /^contains-task-list$/,
  section: /^footnotes$/,
  ul: /^contains-task-list$/,
}

const SCHEMES: Readonly<Record<string, RegExp>> = {
  cite: /^https?:/,
  href: /^(?:https?|ircs?|mailto|xmpp):/,
  longdesc: /^https?:/,
  src: /^https?:/,
}

/** Attributes that are written without a value. */
const SWITCHES = set('checked compact disabled ismap itemscope nohref noshade nowrap open')

/** What must not take the place of the page's own ids and names. */
const PREFIXED = set('aria-describedby aria-labelledby id name')
const PREFIX = 'user-content-'

/** Whether an element goes with its content. */
export function isWithoutProse(tag: string): boolean {
  return WITHOUT_PROSE.has(tag)
}

/** Whether an element that is kept has no content and no end tag. */
export function isVoid(tag: string): boolean {
  return /^(?:br|hr|img|input|source)$/.test(tag)
}

/** What the allow-list keeps of an element; undefined when it keeps only its content. */
export function safeElement(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  isOpen: (tag: string) => boolean,
): SafeElement | undefined {
  if (!TAGS.has(tag) || (tag === 'a' && isOpen('a'))) return undefined
  if (OF_TABLES.has(tag) && !isOpen('table')) return undefined
  const kept = Object.entries(attributes).flatMap(([name, value]) => {
    const safe = safeValue(tag, name, value)
    return safe === undefined ? [] : [[name, safe] as const]
  })
  return { tag, attributes: tag === 'input' ? withTicks(kept) : kept }
}

/** An attribute's value as it may stay; undefined when it may not. */
function safeValue(tag: string, name: string, value: string): string | undefined {
  if (name === 'class') {
    const kept = value.split(/\s+/).filter((one) => CLASSES[tag]?.test(one) === true)
    return kept.length === 0 ? undefined : kept.join(' ')
  }
  if (!OF_ANY.has(name) && OF_ONE[tag]?.has(name) !== true) return undefined
  if (SWITCHES.has(name)) return ''
  if (PREFIXED.has(name)) return value.trim().split(/\s+/).map(prefixed).join(' ')
  if (SCHEMES[name] && !isSafeAddress(value, SCHEMES[name])) return undefined
  return name === 'href' && /^#./.test(value) ? `#${prefixed(value.slice(1))}` : value
}

function prefixed(name: string): string {
  return PREFIX + name
}

/** What comes before the first colon is a scheme, unless a path, a query or a fragment begins first. */
function isSafeAddress(address: string, schemes: RegExp): boolean {
  return !/^[^/?#]*:/.test(address) || schemes.test(address)
}

/** The one input there is: a box that nobody can tick. */
function withTicks(kept: SafeElement['attributes']): SafeElement['attributes'] {
  const others = kept.filter(([name]) => name !== 'type' && name !== 'disabled')
  return [['type', 'checkbox'], ['disabled', ''], ...others]
}

/** The start tag of an element. */
export function writeElement({ tag, attributes }: SafeElement): string {
  const written = attributes.map(([name, value]) =>
    SWITCHES.has(name) ? ` ${name}` : ` ${name}="${escapeValue(value)}"`,
  )
  return `<${tag}${written.join('')}>`
}

function escapeValue(value: string): string {
  return value.replace(/[&"]/g, (character) => (character === '&' ? '&amp;' : '&quot;'))
}

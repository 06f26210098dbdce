const set = (names: string): ReadonlySet<string> => new Set(names.split(' '))

/**
 * Shapes, text and paint: nothing that runs, loads, moves or holds another language, and no filters,
 * which cost the most to draw.
 */
const TAGS = set(
  'circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon ' +
    'polyline radialGradient rect stop style svg symbol text textPath title tspan use',
)

/** Elements whose content tells nothing of the picture, and editors’ notes of who drew it and where. */
const WITHOUT_PICTURE = set('foreignObject metadata script')

const ATTRIBUTES = set(
  'class clipPathUnits cx cy d dx dy fr fx fy gradientTransform gradientUnits height id ' +
    'lengthAdjust markerHeight markerUnits markerWidth maskContentUnits maskUnits offset orient ' +
    'patternContentUnits patternTransform patternUnits points preserveAspectRatio r refX refY rotate ' +
    'rx ry spreadMethod startOffset textLength type viewBox width x x1 x2 y y1 y2',
)

/** Properties of CSS that are attributes too (SVG 2 §6.6). */
const PROPERTIES = set(
  'clip-path clip-rule color display dominant-baseline fill fill-opacity fill-rule font-family ' +
    'font-size font-style font-weight isolation letter-spacing marker-end marker-mid marker-start ' +
    'mask mask-type mix-blend-mode opacity overflow paint-order shape-rendering stop-color ' +
    'stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin ' +
    'stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration transform ' +
    'transform-origin vector-effect visibility',
)

/** An address of the file's own parts, of characters that neither CSS nor XML reads. */
const LOCAL = /^#[\w.:-]+$/
const LOCAL_URL = /url\(\s*(["']?)#[\w.:-]+\1\s*\)/gi

/** Functions of CSS that load nothing. */
const CALLS = set('calc hsl hsla matrix rgb rgba rotate scale skewx skewy translate')

/** Names of elements are kept as they are written, so a prefix makes a stranger. */
export function isSafeTag(tag: string): boolean {
  return TAGS.has(tag)
}

/** Whether an element goes with its content. */
export function isWithoutPicture(tag: string): boolean {
  return WITHOUT_PICTURE.has(tag)
}

/** The attribute as it may stay, with the name that it is written by; undefined when it may not. */
export function safeAttribute(
  name: string,
  value: string,
): readonly [name: string, value: string] | undefined {
  if (name === 'href' || name === 'xlink:href') {
    const local = value.trim()
    return LOCAL.test(local) ? ['href', local] : undefined
  }
  if (name === 'style') {
    const kept = safeDeclarations(value)
    return kept === '' ? undefined : [name, kept]
  }
  if (PROPERTIES.has(name)) return isSafeValue(value) ? [name, value] : undefined
  return ATTRIBUTES.has(name) ? [name, value] : undefined
}

function isSafeValue(value: string): boolean {
  const rest = value.replace(LOCAL_URL, '')
  if (/[@\\<>{}]|\/\*/.test(rest)) return false
  const calls = rest.split('(').slice(0, -1)
  return calls.every((before) =>
    CALLS.has(/[\w-]*$/.exec(before.slice(-20))?.[0].toLowerCase() ?? ''),
  )
}

function safeDeclarations(text: string): string {
  const kept = text.split(';').flatMap((declaration) => {
    const colon = declaration.indexOf(':')
    const [name, value] = [declaration.slice(0, colon).trim(), declaration.slice(colon + 1).trim()]
    const isSafe = colon > 0 && PROPERTIES.has(name) && value !== '' && isSafeValue(value)
    return isSafe ? [`${name}:${value}`] : []
  })
  return kept.join(';')
}

/** What a style sheet may keep: rules with plain selectors and declarations that load nothing. */
export function safeStyleSheet(text: string): string {
  const kept = withoutComments(text)
    .split('}')
    .flatMap((rule) => {
      const open = rule.indexOf('{')
      const [selector, body] = [rule.slice(0, open).trim(), rule.slice(open + 1)]
      const isPlain = open > 0 && /^[\w\s.,#>*:()-]+$/.test(selector)
      const declarations = isPlain ? safeDeclarations(body) : ''
      return declarations === '' ? [] : [`${selector}{${declarations}}`]
    })
  return kept.join('')
}

/** Comments go first: one could hide the end of a rule. */
function withoutComments(text: string): string {
  const [first = '', ...others] = text.split('/*')
  const after = others.map((other) => {
    const end = other.indexOf('*/')
    return end === -1 ? '' : other.slice(end + 2)
  })
  return [first, ...after].join(' ')
}

/** The parts of the file that an attribute makes a browser draw. */
export function partsNamedBy(value: string): string[] {
  const named = [...value.matchAll(LOCAL_URL)].map(([url]) => url)
  return (LOCAL.test(value) ? [value] : named).flatMap((url) => /#([\w.:-]+)/.exec(url)?.[1] ?? [])
}

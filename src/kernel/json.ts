/** A JSON text that is not accepted, with the reason for the client. */
export class JsonError extends Error {}

/**
 * Parses JSON (RFC 8259) more strictly than `JSON.parse`: duplicate names, nesting beyond `maxDepth`
 * and strings that are not Unicode (§8.2) are refused, since parsers disagree on the first, stacks on
 * the second and storage on the third. Throws `JsonError`.
 */
export function parseJson(text: string, maxDepth: number): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new JsonError('The body is not JSON.')
  }
  inspect(text, maxDepth)
  return value
}

/** An escape of a surrogate; only by one can a string of a text in UTF-8 be no Unicode. */
const SURROGATE = /\\u[dD][89a-fA-F]/

/** Walks a text that `JSON.parse` has accepted; only strings and brackets matter. */
function inspect(text: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = []
  let key: string | undefined
  const mayBeIllFormed = SURROGATE.test(text)
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = endOfString(text, at)
      key = text.slice(at, end + 1)
      if (mayBeIllFormed && !textOf(key).isWellFormed())
        throw new JsonError(
          `The string at character ${at} of the body holds half a surrogate pair.`,
        )
      at = end
    } else if (character === ':') {
      note(open.at(-1), key)
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined)
      if (open.length > maxDepth)
        throw new JsonError(`The body is nested deeper than ${maxDepth} levels.`)
    } else if (character === '}' || character === ']') {
      open.pop()
    }
  }
}

function note(names: Set<string> | undefined, rawKey: string | undefined): void {
  if (!names || rawKey === undefined) return
  const name = textOf(rawKey)
  if (names.has(name)) {
    const told = JSON.stringify(name.slice(0, 100))
    throw new JsonError(`The body names the member ${told} twice.`)
  }
  names.add(name)
}

/** What a string says, of its source with the quotes. */
function textOf(raw: string): string {
  return raw.includes('\\') ? JSON.parse(raw) : raw.slice(1, -1)
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

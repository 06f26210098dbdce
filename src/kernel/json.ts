/** A JSON text that is not accepted, with the reason for the client. */
export class JsonError extends Error {}

/**
 * Parses JSON (RFC 8259) more strictly than `JSON.parse`: duplicate names and nesting beyond
 * `maxDepth` are refused, since parsers disagree on the first and stacks on the second.
 * Throws `JsonError`.
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

/** Walks a text that `JSON.parse` has accepted; only strings and brackets matter. */
function inspect(text: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = []
  let key: string | undefined
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = endOfString(text, at)
      key = text.slice(at, end + 1)
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
  const name: string = rawKey.includes('\\') ? JSON.parse(rawKey) : rawKey.slice(1, -1)
  if (names.has(name)) throw new JsonError('The body names a member twice.')
  names.add(name)
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

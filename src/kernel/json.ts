/** A JSON text that is not accepted; the message tells the client what it does, as `is not JSON`. */
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
    // What the engine says may quote the text.
    throw new JsonError(`is not JSON at ${placeOf(text, faultIn(text))}`)
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
        throw new JsonError(`holds half a surrogate pair in the string at ${placeOf(text, at)}`)
      at = end
    } else if (character === ':') {
      note(open.at(-1), key)
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined)
      if (open.length > maxDepth) throw new JsonError(`is nested deeper than ${maxDepth} levels`)
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
    throw new JsonError(`names the member ${told} twice`)
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

/** A token (RFC 8259 §2) with the blanks behind it. */
const TOKEN =
  /(?:[[\]{},:]|true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\uffff]*)*")[ \t\n\r]*/y

/** How a value may begin; `0` stands for numbers and literals. */
const VALUE = '"0[{'

/** Where a text ceases to be JSON: at the first token that may not stand there, or is none. */
function faultIn(text: string): number {
  const closers: string[] = []
  let wanted = VALUE
  for (let at = text.search(/[^ \t\n\r]|$/); ; at = TOKEN.lastIndex) {
    const first = text.charAt(at)
    const kind = '"[]{},:'.includes(first) ? first : '0'
    TOKEN.lastIndex = at
    if (!TOKEN.test(text) || !wanted.includes(kind)) return at
    if (kind === '{' || kind === '[') {
      closers.push(kind === '{' ? '}' : ']')
      wanted = kind === '{' ? '"}' : '"0[{]'
    } else if (kind === ',') {
      wanted = closers.at(-1) === '}' ? '"' : VALUE
    } else if (kind === ':') {
      wanted = VALUE
    } else if (kind === '"' && !wanted.includes('0')) {
      wanted = ':'
    } else {
      if (kind === closers.at(-1)) closers.pop()
      wanted = closers.length > 0 ? `,${closers.at(-1)}` : ''
    }
  }
}

/** Where a character stands, as editors count. */
function placeOf(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}

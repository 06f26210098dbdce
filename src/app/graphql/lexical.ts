const block = '"""'

/** The limit that a document breaks before it is parsed. */
export type LexicalExcess = 'bracketDepth' | 'tokens'

/**
 * Counts brackets and tokens without recursion. graphql-js parses recursively, so 3,000 open braces
 * would overflow its stack. Counts as the lexer of graphql-js does: comments, commas and white
 * space are no tokens, a string is one. What is not GraphQL at all is left to the parser.
 */
export function findLexicalExcess(
  document: string,
  max: { readonly bracketDepth: number; readonly tokens: number },
): LexicalExcess | undefined {
  let depth = 0
  let tokens = 0
  let at = 0
  while (at < document.length) {
    const character = document.charAt(at)
    if (isIgnored(character)) {
      at += 1
      continue
    }
    if (character === '#') {
      at = endOfLine(document, at)
      continue
    }
    tokens += 1
    if (tokens > max.tokens) return 'tokens'
    if (character === '{' || character === '(' || character === '[') {
      depth += 1
      if (depth > max.bracketDepth) return 'bracketDepth'
    } else if (character === '}' || character === ')' || character === ']') {
      depth -= 1
    }
    at = endOfToken(document, at, character)
  }
  return undefined
}

function isIgnored(character: string): boolean {
  return (
    character === ' ' ||
    character === '\n' ||
    character === ',' ||
    character === '\t' ||
    character === '\r' ||
    character === '\uFEFF'
  )
}

function endOfLine(document: string, start: number): number {
  let at = start
  while (at < document.length && document.charAt(at) !== '\n' && document.charAt(at) !== '\r')
    at += 1
  return at
}

function endOfToken(document: string, start: number, character: string): number {
  if (character === '"') return endOfString(document, start)
  if (character === '.') return document.startsWith('...', start) ? start + 3 : start + 1
  const code = document.charCodeAt(start)
  const isPart = isDigit(code) || character === '-' ? isNumberPart : isNamePart
  let at = start + 1
  if (isPart(code)) while (isPart(document.charCodeAt(at))) at += 1
  return at
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isNamePart(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x5f ||
    isDigit(code)
  )
}

/** Digits, `.`, `+`, `-`, `e` and `E`. */
function isNumberPart(code: number): boolean {
  return (
    isDigit(code) ||
    code === 0x2e ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x65 ||
    code === 0x45
  )
}

function endOfString(document: string, start: number): number {
  if (document.startsWith(block, start)) {
    let end = document.indexOf(block, start + 3)
    while (end > 0 && document.charAt(end - 1) === '\\') end = document.indexOf(block, end + 3)
    return end < 0 ? document.length : end + 3
  }
  let at = start + 1
  while (at < document.length) {
    const character = document.charAt(at)
    if (character === '"') return at + 1
    if (character === '\n' || character === '\r') return at
    at += character === '\\' ? 2 : 1
  }
  return at
}

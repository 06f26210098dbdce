/** What is between quotes, and is left as it is. */
const QUOTED = /('(?:[^']|'')*')/

/** SQL as it can be compared: without comments, quotes of names, the table's name and free space. */
export function plain(sql: string, table?: string): string {
  const parts = sql
    .replaceAll(/--.*$/gm, ' ')
    .split(QUOTED)
    .map((part, index) => (index % 2 === 1 ? part : plainPart(part, table)))
  return unbracketed(parts.join('').trim())
}

function plainPart(sql: string, table: string | undefined): string {
  const named = sql
    .replaceAll(/["`]/g, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([(),=<>]) ?/g, '$1')
  return table === undefined ? named : named.replaceAll(new RegExp(`\\b${table}\\.`, 'g'), '')
}

/** The text without the brackets around the whole of it. */
function unbracketed(text: string): string {
  return text.startsWith('(') && bracketed(text, 0) === text ? unbracketed(text.slice(1, -1)) : text
}

/** The text from an opening bracket to the one that closes it. */
function bracketed(text: string, start: number): string {
  let depth = 0
  for (const { 0: token, index } of text.slice(start).matchAll(/'(?:[^']|'')*'|[()]/g)) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (depth === 0) return text.slice(start, start + index + 1)
  }
  return text.slice(start)
}

/** The conditions of the CHECK constraints of a CREATE TABLE. */
export function checksOf(sql: string, table: string): string[] {
  const text = plain(sql)
  return [...text.matchAll(/\bcheck\(/g)].map(({ 0: { length }, index }) =>
    plain(bracketed(text, index + length - 1), table),
  )
}

/** The columns and the condition of a CREATE INDEX; undefined for the index of a constraint. */
export function indexPartsOf(
  sql: string,
  table: string,
): { readonly columns: string[]; readonly where: string | undefined } | undefined {
  const text = plain(sql)
  const start = text.indexOf('(', text.indexOf(' on '))
  if (start === -1) return undefined
  const list = bracketed(text, start)
  const condition = /^where ?(.*)$/s.exec(text.slice(start + list.length))?.[1]
  return {
    columns: topLevel(list.slice(1, -1)).map((column) => plain(column, table)),
    where: condition === undefined ? undefined : plain(condition, table),
  }
}

/** What commas divide that stand in no brackets. */
function topLevel(list: string): string[] {
  const items: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: token, index } of list.matchAll(/'(?:[^']|'')*'|[(),]/g)) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (token !== ',' || depth > 0) continue
    items.push(list.slice(start, index))
    start = index + 1
  }
  return [...items, list.slice(start)]
}

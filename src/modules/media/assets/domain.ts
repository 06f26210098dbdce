/** A text folded for search: without marks, in lower case, single spaces. */
export function nameKey(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** Tags as they are kept: in lower case, single spaces, without doubles, in the order given. */
export function tagsOf(names: readonly string[]): string[] {
  const tags = names.map((name) =>
    name.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim(),
  )
  return [...new Set(tags)].filter((tag) => tag !== '')
}

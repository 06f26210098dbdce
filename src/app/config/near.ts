/**
 * The name that another is most likely meant to be: at most two letters more, less or other
 * (Levenshtein), in names of up to eight letters one. Capitals are as good as small letters.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const upper = name.toUpperCase()
  return [...known].find(
    (key) =>
      Math.abs(key.length - name.length) <= 2 && distance(upper, key) <= (key.length > 8 ? 2 : 1),
  )
}

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const letter of one) {
    const next = [(row[0] ?? 0) + 1]
    for (const [index, against] of Array.from(other).entries()) {
      next.push(
        Math.min(
          (row[index] ?? 0) + Number(letter !== against),
          (row[index + 1] ?? 0) + 1,
          (next[index] ?? 0) + 1,
        ),
      )
    }
    row = next
  }
  return row.at(-1) ?? 0
}

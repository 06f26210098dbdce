/** The bytes of a range, both inclusive (RFC 9110 §14.1.2). */
export interface ByteSpan {
  readonly first: number
  readonly last: number
}

/**
 * What `Range` asks of a representation of so many bytes. `all` for a header that is no single range
 * of bytes: several are answered with everything, which RFC 9110 §14.2 permits. `none` when the range
 * begins behind the end.
 */
export function byteRangeOf(header: string | null, size: number): ByteSpan | 'all' | 'none' {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '')
  const [, from = '', to = ''] = match ?? []
  if (from === '' && to === '') return 'all'
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? 'none' : { first: size - length, last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Number(to)
  if (to !== '' && last < first) return 'all'
  return first >= size ? 'none' : { first, last: Math.min(last, size - 1) }
}

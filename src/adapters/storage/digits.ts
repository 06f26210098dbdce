import { fromBase64, toHex } from '../../kernel/bytes.ts'

/** Hexadecimal digits as base64 of the same bytes. */
export function hexToBase64(digits: string): string {
  return btoa(digits.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))
}

/** Base64 as hexadecimal digits of the same bytes; undefined when it is none. */
export function base64ToHex(text: string): string | undefined {
  const bytes = text === '' || text.length % 4 !== 0 ? undefined : fromBase64(text)
  return bytes && toHex(bytes)
}

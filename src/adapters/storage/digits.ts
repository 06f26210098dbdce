import { toHex } from '../../kernel/bytes.ts'

/** Hexadecimal digits as base64 of the same bytes. */
export function hexToBase64(digits: string): string {
  return btoa(digits.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))
}

/** Base64 as hexadecimal digits of the same bytes; undefined when it is none. */
export function base64ToHex(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  return toHex(Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)))
}

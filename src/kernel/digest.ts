import { toHex } from './bytes.ts'
import { toBase64Url } from './cursor.ts'

/** SHA-256 of a text's UTF-8 bytes as base64url (43 characters). */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return toBase64Url(new Uint8Array(digest))
}

/** SHA-256 of a text's UTF-8 bytes as 64 hexadecimal digits. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return toHex(new Uint8Array(digest))
}

import { AppError, errors } from './errors.ts'
import type { SqlValue } from './statement.ts'

/** Turns a position in a list into an opaque, signed text and back. */
export interface Cursors {
  encode(scope: string, position: readonly SqlValue[]): Promise<string>
  /** Throws `invalid_input` for a text that this deployment did not make for this scope. */
  decode(scope: string, cursor: string): Promise<SqlValue[]>
}

const TAG_BYTES = 12

/**
 * Cursors signed with HMAC-SHA-256 (tag of 96 bits). The scope names tenant, list and filters, so
 * that a cursor of one list is worthless in another.
 */
export function createCursors(key: CryptoKey): Cursors {
  const tag = async (scope: string, payload: string) => {
    const text = new TextEncoder().encode(`${scope}\n${payload}`)
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, text)).subarray(0, TAG_BYTES)
  }
  return {
    async encode(scope, position) {
      const payload = JSON.stringify(position)
      const bytes = new TextEncoder().encode(payload)
      const signed = new Uint8Array(TAG_BYTES + bytes.length)
      signed.set(await tag(scope, payload))
      signed.set(bytes, TAG_BYTES)
      return toBase64Url(signed)
    },
    async decode(scope, cursor) {
      const bytes = fromBase64Url(cursor)
      if (!bytes || bytes.length <= TAG_BYTES) throw refused()
      const payload = new TextDecoder().decode(bytes.subarray(TAG_BYTES))
      const expected = await tag(scope, payload)
      if (!equalBytes(expected, bytes.subarray(0, TAG_BYTES))) throw refused()
      return JSON.parse(payload) as SqlValue[] // -- the tag proves that `encode` wrote it
    },
  }
}

function refused(): AppError {
  return new AppError(errors.invalidInput, {
    errors: [{ pointer: '/cursor', detail: 'is not a cursor of this list', code: 'invalid_cursor' }],
  })
}

/** Encodes bytes as base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Decodes base64url without padding; undefined when the text is not that. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** Compares two byte strings without telling by time where they differ. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (const [index, byte] of left.entries()) difference |= byte ^ (right[index] ?? 0)
  return difference === 0
}

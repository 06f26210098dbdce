import { AppError, errors } from './errors.ts'
import type { SqlValue } from './statement.ts'

/** Turns a position in a list into an opaque, signed text and back. */
export interface Cursors {
  encode(scope: string, position: readonly SqlValue[]): Promise<string>
  /** Throws `invalid_input` for a text that this deployment did not make for this scope. */
  decode(scope: string, cursor: string): Promise<SqlValue[]>
}

/** Sorts behind every identifier: where a list begins that goes down from the newest. */
export const BEYOND_IDS = '~'

/** Characters of the tag: 96 bits as base64url. */
const TAG_LENGTH = 16

/**
 * Cursors signed by a keyed digest, cut to 96 bits. The scope names tenant, list and filters, so that
 * a cursor of one list is worthless in another.
 */
export function createCursors(digest: (text: string) => Promise<string>): Cursors {
  const tag = async (scope: string, payload: string) =>
    (await digest(`${scope}\n${payload}`)).slice(0, TAG_LENGTH)
  return {
    async encode(scope, position) {
      const payload = JSON.stringify(position)
      return (await tag(scope, payload)) + toBase64Url(new TextEncoder().encode(payload))
    },
    async decode(scope, cursor) {
      const encoded = cursor.slice(TAG_LENGTH)
      const bytes = fromBase64Url(encoded)
      if (!bytes) throw refused()
      const payload = new TextDecoder().decode(bytes)
      if (!equalTexts(await tag(scope, payload), cursor.slice(0, TAG_LENGTH))) throw refused()
      // Other spellings of the same payload were never given out.
      if (toBase64Url(new TextEncoder().encode(payload)) !== encoded) throw refused()
      return JSON.parse(payload) as SqlValue[] // -- the tag proves that `encode` wrote it
    },
  }
}

function refused(): AppError {
  return new AppError(errors.invalidInput, {
    errors: [
      { pointer: '/cursor', detail: 'is not a cursor of this list', code: 'invalid_cursor' },
    ],
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

/** Compares two texts without telling by time where they differ. */
export function equalTexts(left: string, right: string): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index++) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index)
  }
  return difference === 0
}

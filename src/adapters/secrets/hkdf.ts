import { toBase64Url } from '../../kernel/cursor.ts'
import type { Secrets } from '../../ports/secrets.ts'

/**
 * Keyed digests whose keys come from one secret by HKDF-SHA-256 (RFC 5869), one key a purpose.
 * `secret` holds at least 32 random bytes; which purposes exist is code, so the keys are kept.
 */
export function createHkdfSecrets(secret: string): Secrets {
  const keys = new Map<string, CryptoKey>()
  return {
    async digest(purpose, text) {
      let key = keys.get(purpose)
      if (!key) {
        key = await deriveKey(secret, purpose)
        keys.set(purpose, key)
      }
      const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))
      return toBase64Url(new Uint8Array(mac))
    },
  }
}

async function deriveKey(secret: string, purpose: string): Promise<CryptoKey> {
  const encoder = new TextEncoder()
  const root = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveKey',
  ])
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(purpose) },
    root,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign'],
  )
}

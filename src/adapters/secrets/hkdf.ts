import { fromBase64Url, toBase64Url } from '../../kernel/cursor.ts'
import type { Secrets } from '../../ports/secrets.ts'

/** Bytes of a nonce (NIST SP 800-38D §8.2.2: random, at most 2^32 texts a key). */
const NONCE_BYTES = 12

type Use = 'sign' | 'encrypt'

const ALGORITHMS = {
  sign: { algorithm: { name: 'HMAC', hash: 'SHA-256', length: 256 }, uses: ['sign'] },
  encrypt: { algorithm: { name: 'AES-GCM', length: 256 }, uses: ['encrypt', 'decrypt'] },
} as const

/**
 * Keys come from one secret by HKDF-SHA-256 (RFC 5869), one a purpose. `secret` holds at least 32
 * random bytes; which purposes exist is code, so the keys are kept.
 */
export function createHkdfSecrets(
  secret: string,
  randomBytes: (length: number) => Uint8Array<ArrayBuffer>,
): Secrets {
  const keys = new Map<string, CryptoKey>()
  const keyFor = async (use: Use, purpose: string) => {
    const name = `${use} ${purpose}`
    const key = keys.get(name) ?? (await deriveKey(secret, use, purpose))
    keys.set(name, key)
    return key
  }
  return {
    async digest(purpose, text) {
      const mac = await crypto.subtle.sign('HMAC', await keyFor('sign', purpose), bytesOf(text))
      return toBase64Url(new Uint8Array(mac))
    },
    async seal(purpose, text, place) {
      const iv = randomBytes(NONCE_BYTES)
      const algorithm = { name: 'AES-GCM', iv, additionalData: bytesOf(place) }
      const key = await keyFor('encrypt', purpose)
      const sealed = await crypto.subtle.encrypt(algorithm, key, bytesOf(text))
      return `${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`
    },
    async open(purpose, sealed, place) {
      const [iv, content] = sealed.split('.').map(fromBase64Url)
      if (iv?.length !== NONCE_BYTES || !content) return undefined
      const algorithm = { name: 'AES-GCM', iv, additionalData: bytesOf(place) }
      try {
        const key = await keyFor('encrypt', purpose)
        return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, content))
      } catch {
        return undefined
      }
    },
  }
}

const utf8 = new TextEncoder()

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(utf8.encode(text))
}

/** The info of a signing key is its purpose alone, so that digests of earlier releases hold. */
async function deriveKey(secret: string, use: Use, purpose: string): Promise<CryptoKey> {
  const { algorithm, uses } = ALGORITHMS[use]
  const info = bytesOf(use === 'sign' ? purpose : `${use} ${purpose}`)
  const root = await crypto.subtle.importKey('raw', bytesOf(secret), 'HKDF', false, ['deriveKey'])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return crypto.subtle.deriveKey(hkdf, root, algorithm, false, [...uses])
}

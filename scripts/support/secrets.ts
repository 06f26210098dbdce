import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'

/** A new secret of 32 random bytes in base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** A new password of 18 random bytes in base64url: 24 characters that need no quoting. */
export const newPassword = (): string => randomBytes(18).toString('base64url')

/**
 * A new set of token signing keys: a JSON array with one private ES256 key as a JWK (RFC 7517).
 * A rotation puts a second key in front; the ones behind it still verify.
 */
export async function newSigningKeys(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const kid = randomBytes(9).toString('base64url')
  return JSON.stringify([{ ...jwk, kid, alg: 'ES256', use: 'sig' }])
}

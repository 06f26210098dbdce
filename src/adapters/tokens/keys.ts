import type { JSONWebKeySet, JWK } from 'jose'
import * as z from 'zod'

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes as base64url')
const shared = { kid: z.string().min(1).max(100), x: coordinate, d: coordinate }

const jwks = z
  .array(
    z.discriminatedUnion('kty', [
      z.object({
        ...shared,
        kty: z.literal('EC'),
        crv: z.literal('P-256'),
        y: coordinate,
        alg: z.literal('ES256').default('ES256'),
      }),
      z.object({
        ...shared,
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        alg: z.literal('EdDSA').default('EdDSA'),
      }),
    ]),
  )
  .min(1)
  .max(5)
  .refine((keys) => new Set(keys.map((key) => key.kid)).size === keys.length, 'holds a kid twice')

/** A private key with the one algorithm it may be used with. */
export type SigningKey = z.infer<typeof jwks>[number]

/**
 * Reads `AUTH_SIGNING_KEYS`: a JSON array of one to five private JWKs (RFC 7517), P-256 or Ed25519,
 * each with its own `kid`. Throws a `TypeError` that says what is wrong and shows no key.
 */
export function parseSigningKeys(text: string): [SigningKey, ...SigningKey[]] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new TypeError('is not JSON')
  }
  const parsed = jwks.safeParse(json)
  const [first, ...rest] = parsed.data ?? []
  if (first) return [first, ...rest]
  const issue = parsed.error?.issues[0]
  throw new TypeError(`[${issue?.path.join('.') ?? ''}] ${issue?.message ?? 'is empty'}`)
}

/** The public half of a key: named members only, so that no private one can slip through. */
export function publicKeyOf(key: SigningKey): JWK & { kid: string } {
  const { kty, crv, x, kid, alg } = key
  return { kty, crv, x, ...(key.kty === 'EC' ? { y: key.y } : {}), kid, alg, use: 'sig' }
}

/** The public halves as a JWK set (RFC 7517 §5). */
export function publicKeysOf(keys: readonly SigningKey[]): JSONWebKeySet {
  return { keys: keys.map(publicKeyOf) }
}

import { type JWK, type JWTPayload, type JWTVerifyOptions, SignJWT, jwtVerify } from 'jose'
import * as z from 'zod'
import { fromBase64Url, toBase64Url } from '../../kernel/cursor.ts'
import { idSchema } from '../../kernel/schemas.ts'
import type { AccessClaims, AccessTokens } from '../../ports/tokens.ts'
import { parseSigningKeys, publicKeyOf, publicKeysOf } from './keys.ts'

/** How access tokens are made. */
export interface AccessTokenOptions {
  /** JSON array of private JWKs: the first signs, all verify. See `parseSigningKeys`. */
  readonly keys: string
  readonly issuer: string
  readonly audience: string
  /** The `client_id` claim: the platform's own clients. */
  readonly clientId?: string
  /** At most 900. */
  readonly lifetimeSeconds: number
}

const TYPE = 'at+jwt'
const HEADER_MEMBERS = new Set(['alg', 'typ', 'kid'])
const MAX_LENGTH = 4_096
const CACHE_ENTRIES = 1_000
/** How far the clocks of two machines may differ. */
const SKEW_SECONDS = 5

interface Verified {
  readonly claims: AccessClaims
  readonly issuedAt: number
  readonly expiresAt: number
}

/**
 * Access tokens as JWTs (RFC 9068) by the rules of RFC 8725: algorithm and key come from our own
 * set by `kid` and never from the token, and a header member that we do not write is refused.
 *
 * A token that has passed is kept by its full text, at most 1,000 an isolate; its times are checked
 * against the given instant on every call. Throws a `TypeError` when the keys cannot be used.
 */
export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { issuer, audience, clientId = 'rustok-edge', lifetimeSeconds } = options
  const keys = parseSigningKeys(options.keys)
  const [signing] = keys
  const byKid = new Map<string, JWK>(keys.map((key) => [key.kid, publicKeyOf(key)]))
  const expected = {
    typ: TYPE,
    algorithms: [...new Set(keys.map((key) => key.alg))],
    issuer,
    audience,
  }
  const claimsSchema = claimsSchemaOf({ issuer, audience, clientId, lifetimeSeconds })
  const passed = new Map<string, Verified>()

  const check = async (token: string, nowMilliseconds: number): Promise<Verified | undefined> => {
    const payload = await verifiedPayload(token, byKid, {
      ...expected,
      currentDate: new Date(nowMilliseconds),
    })
    return payload && claimsSchema.safeParse(payload).data
  }

  return {
    lifetimeSeconds,
    jwks: () => publicKeysOf(keys),
    async sign(claims, jti, nowMilliseconds) {
      const issuedAt = Math.floor(nowMilliseconds / 1_000)
      return new SignJWT({
        client_id: clientId,
        sid: claims.sessionId,
        tid: claims.tenantId,
        roles: [...claims.roles],
        sv: claims.securityVersion,
      })
        .setProtectedHeader({ alg: signing.alg, typ: TYPE, kid: signing.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(claims.userId)
        .setJti(jti)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(signing)
    },
    async verify(token, nowMilliseconds) {
      const verified = passed.get(token) ?? (await check(token, nowMilliseconds))
      if (!verified || !isCurrent(verified, nowMilliseconds)) return undefined
      remember(passed, token, verified)
      return verified.claims
    },
  }
}

/** The payload of a well-formed token with a good signature and times; undefined for all others. */
async function verifiedPayload(
  token: string,
  keys: ReadonlyMap<string, JWK>,
  options: JWTVerifyOptions,
): Promise<JWTPayload | undefined> {
  if (token.length > MAX_LENGTH || !token.split('.').every(isCanonical)) return undefined
  try {
    const { payload } = await jwtVerify(
      token,
      (header) => {
        const key = header.kid === undefined ? undefined : keys.get(header.kid)
        const known = Object.keys(header).every((member) => HEADER_MEMBERS.has(member))
        if (!key || !known || key.alg !== header.alg) throw new TypeError('not one of our keys')
        return key
      },
      options,
    )
    return payload
  } catch {
    // Whatever a stranger's token makes the library throw, the token is not ours.
    return undefined
  }
}

/** One text a value: unused low bits of the last character are zero (RFC 4648 §3.5). */
function isCanonical(segment: string): boolean {
  const bytes = fromBase64Url(segment)
  return bytes !== undefined && toBase64Url(bytes) === segment
}

function claimsSchemaOf(own: {
  issuer: string
  audience: string
  clientId: string
  lifetimeSeconds: number
}) {
  return z
    .object({
      iss: z.literal(own.issuer),
      aud: z.literal(own.audience),
      client_id: z.literal(own.clientId),
      sub: idSchema,
      sid: idSchema,
      tid: idSchema,
      jti: z.string().min(1),
      iat: z.int(),
      exp: z.int(),
      roles: z.array(z.string()),
      sv: z.int(),
    })
    .refine(({ iat, exp }) => exp > iat && exp - iat <= own.lifetimeSeconds)
    .transform((payload): Verified => ({
      issuedAt: payload.iat,
      expiresAt: payload.exp,
      claims: {
        userId: payload.sub,
        tenantId: payload.tid,
        sessionId: payload.sid,
        roles: payload.roles,
        securityVersion: payload.sv,
      },
    }))
}

function isCurrent(verified: Verified, nowMilliseconds: number): boolean {
  const now = nowMilliseconds / 1_000
  return now < verified.expiresAt && verified.issuedAt <= now + SKEW_SECONDS
}

/** Keeps the most recently used tokens. */
function remember(passed: Map<string, Verified>, token: string, verified: Verified): void {
  passed.delete(token)
  passed.set(token, verified)
  const [oldest] = passed.keys()
  if (passed.size > CACHE_ENTRIES && oldest !== undefined) passed.delete(oldest)
}

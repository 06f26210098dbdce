import type { JSONWebKeySet } from 'jose'

/** What an access token says. No personal data. */
export interface AccessClaims {
  readonly userId: string
  readonly tenantId: string
  readonly sessionId: string
  readonly roles: readonly string[]
  /** The user's security version when the token was made. */
  readonly securityVersion: number
}

/** Maker and checker of access tokens (RFC 9068, RFC 8725). */
export interface AccessTokens {
  readonly lifetimeSeconds: number
  sign(claims: AccessClaims, jti: string, nowMilliseconds: number): Promise<string>
  /** Undefined for anything that this deployment did not sign or that is not valid now. */
  verify(token: string, nowMilliseconds: number): Promise<AccessClaims | undefined>
  /** The public keys, current and previous. */
  jwks(): JSONWebKeySet
}

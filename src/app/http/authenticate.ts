import type { Principal, TenantSnapshot } from '../../kernel/context.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import { permissionsOf } from '../../modules/rbac/index.ts'
import type { AccessClaims, AccessTokens } from '../../ports/tokens.ts'

/** The claims of the request's bearer token (RFC 6750 §2.1); undefined when there is none. */
export async function claimsOf(
  request: Request,
  tokens: AccessTokens,
  now: number,
): Promise<AccessClaims | undefined> {
  const header = request.headers.get('authorization')
  if (header === null) return undefined
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(header)?.[1]
  const claims = token === undefined ? undefined : await tokens.verify(token, now)
  if (claims) return claims
  throw new AppError(errors.unauthenticated, {
    detail: 'The access token is not valid.',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })
}

/** Who the claims stand for in the tenant. */
export function principalOf(claims: AccessClaims | undefined, tenant: TenantSnapshot): Principal {
  if (!claims) return { kind: 'anonymous' }
  return {
    kind: 'user',
    userId: claims.userId,
    sessionId: claims.sessionId,
    roles: claims.roles,
    permissions: permissionsOf(tenant, claims.roles),
  }
}

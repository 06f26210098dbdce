import type { Principal, TenantSnapshot } from '../../kernel/context.ts'
import type { Cookies } from '../../kernel/cookies.ts'
import { AppError, type ErrorDefinition, errors } from '../../kernel/errors.ts'
import { permissionsOf } from '../../modules/rbac/index.ts'
import type { AccessClaims, AccessTokens } from '../../ports/tokens.ts'

/** What may carry an access token. */
interface Bearer {
  readonly request: Request
  readonly cookies: Cookies
}

/**
 * The claims of the request's bearer token (RFC 6750 §2.1), or of the cookie `access` where the
 * request has no Authorization header; undefined when there is neither.
 */
export async function claimsOf(
  { request, cookies }: Bearer,
  tokens: AccessTokens,
  now: number,
): Promise<AccessClaims | undefined> {
  const header = request.headers.get('authorization') ?? bearerOf(cookies)
  if (header === undefined) return undefined
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(header)?.[1]
  const claims = token === undefined ? undefined : await tokens.verify(token, now)
  if (claims) return claims
  throw new AppError(errors.unauthenticated, {
    detail: 'The access token is not valid.',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })
}

function bearerOf(cookies: Cookies): string | undefined {
  const token = cookies.get('access')
  return token === undefined ? undefined : `Bearer ${token}`
}

/** Whether the caller is known by a cookie, which a page of another site could have had sent. */
export function isByCookie({ request, cookies }: Bearer): boolean {
  return !request.headers.has('authorization') && cookies.get('access') !== undefined
}

/** Takes back a cookie by which nobody is known any more: no script of the page could. */
export function forgetCookie(bearer: Bearer, told: ErrorDefinition): void {
  if (told === errors.unauthenticated && isByCookie(bearer)) bearer.cookies.set('access', '', 0)
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

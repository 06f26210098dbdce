import { AppError, StaleTenantError, errors } from '../../../../kernel/errors.ts'
import type { TenantSnapshot } from '../../../../kernel/context.ts'
import type { Gate } from '../../../../ports/database.ts'
import type { AccessClaims } from '../../../../ports/tokens.ts'
import { findLiveSession, sessionGuard } from '../repo.ts'

/**
 * Lets a request go on while the session of its access token lives: not ended, not run out, of an
 * active user whose roles, password and status are those that the token was made for. Throws
 * `unauthenticated` otherwise, and `StaleTenantError` when the tenant is no longer the snapshot's.
 *
 * It rides along with the request's own reads and writes, so it counts at once and costs no trip.
 */
export function sessionGate(
  claims: AccessClaims,
  tenant: Pick<TenantSnapshot, 'id' | 'version'>,
  now: number,
): Gate {
  return {
    query: findLiveSession(claims, now),
    guard: sessionGuard(claims, now, tenant.version),
    check([row]) {
      if (!row || claims.tenantId !== tenant.id) {
        throw new AppError(errors.unauthenticated, {
          detail: 'The session has ended.',
          headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
        })
      }
      if (row['version'] !== tenant.version) throw new StaleTenantError()
    },
  }
}

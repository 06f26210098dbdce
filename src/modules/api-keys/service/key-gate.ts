import type { Principal, TenantSnapshot } from '../../../kernel/context.ts'
import { StaleKeyError, StaleTenantError } from '../../../kernel/errors.ts'
import type { ModuleFacts } from '../../../kernel/module.ts'
import type { Gate } from '../../../ports/database.ts'
import { permissionsOf } from '../../rbac/index.ts'
import { effectivePermissions, sessionOnly } from '../domain.ts'
import { findCurrentKey, keyGuard } from '../repo.ts'
import type { KeyRecord } from '../types.ts'

/** Who a key acts as: what its scopes and its maker's roles both permit at this moment. */
export function keyPrincipal(
  record: KeyRecord,
  tenant: Pick<TenantSnapshot, 'roles'>,
  modules: readonly ModuleFacts[],
): Principal {
  const { id, userId, roles, scopes } = record
  const held = permissionsOf(tenant, roles)
  const permissions = effectivePermissions(scopes, held, sessionOnly(modules))
  return { kind: 'key', keyId: id, userId, roles, permissions }
}

/**
 * Lets a request go on while its key and the key's maker are as they were read: not ended, of the same
 * scopes and addresses, of an active user with the same roles. Throws `StaleKeyError` otherwise, and
 * `StaleTenantError` when the tenant is no longer the snapshot's.
 *
 * It rides along with the request's own reads and writes, so it counts at once and costs no trip.
 */
export function keyGate(
  record: KeyRecord,
  tenant: Pick<TenantSnapshot, 'version'>,
  now: number,
): Gate {
  return {
    query: findCurrentKey(record, now),
    guard: keyGuard(record, now, tenant.version),
    check([row]) {
      if (!row) throw new StaleKeyError()
      if (row['version'] !== tenant.version) throw new StaleTenantError()
    },
  }
}

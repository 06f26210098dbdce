import type { RequestContext } from '../../../kernel/context.ts'
import { eventOf } from '../../../kernel/events.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { type Write, commit } from '../../commit/index.ts'
import { touchTenant } from '../../tenants/index.ts'
import { missingGrants } from '../domain.ts'
import { rolePermissionsAdded } from '../events.ts'
import { MAX_ROLES, advanceRole, findRoles, putGrants, toRoleRecord } from '../repo.ts'

/** What a synchronisation added: permissions by role. */
export interface RoleSync {
  readonly added: Readonly<Record<string, readonly string[]>>
}

/**
 * Gives the tenant's seeded roles what the release declares and they lack, and moves the tenant's
 * version, so that snapshots are replaced. A second run adds nothing.
 */
export async function syncSystemRoles(
  deps: Pick<Deps, CommitPort | 'modules' | 'tenants'>,
  ctx: RequestContext,
): Promise<RoleSync> {
  requirePermission(ctx, 'roles:sync', null)
  const tenantId = ctx.tenant.id
  const rows = await deps.db.read(findRoles({ tenantId, after: '', limit: MAX_ROLES }))
  const missing = missingGrants(rows.map(toRoleRecord), deps.modules).map(({ role, grants }) => ({
    role,
    grants,
    permissions: Object.keys(grants),
  }))
  const result = {
    added: Object.fromEntries(missing.map(({ role, permissions }) => [role.slug, permissions])),
  }
  if (missing.length === 0) return result
  await commit(deps, ctx, {
    writes: [
      ...missing.flatMap(({ role: { slug, version, name, description }, grants }): Write[] => [
        { statement: putGrants(tenantId, slug, grants) },
        {
          statement: advanceRole({ tenantId, slug, version, name, description, now: ctx.now }),
          guard: 'version_matches',
        },
      ]),
      { statement: touchTenant(tenantId, ctx.now) },
    ],
    events: missing.map(({ role, permissions }) =>
      eventOf(
        rolePermissionsAdded,
        { type: 'role', id: role.slug, version: role.version + 1 },
        { role: role.slug, permissions },
      ),
    ),
    audit: {
      action: 'rbac.roles.synced',
      targetType: 'tenant',
      targetId: tenantId,
      changes: result.added,
    },
    result,
  })
  await deps.tenants.refresh(tenantId)
  return result
}

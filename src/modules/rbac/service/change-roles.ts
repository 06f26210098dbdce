import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../kernel/events.ts'
import type { Grants } from '../../../kernel/grants.ts'
import { limits } from '../../../kernel/limits.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import { type ExpectedVersion, requireVersion } from '../../../kernel/version.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { type Write, commit } from '../../commit/index.ts'
import { touchTenantVersion } from '../../tenants/index.ts'
import { grantList, grantsFrom, grouped, requireHeld } from '../domain.ts'
import { rbacErrors } from '../errors.ts'
import { roleEvents } from '../events.ts'
import {
  IN_USE,
  SLUG_TAKEN,
  advanceRole,
  deleteGrants,
  deleteRole as deleteRoleRow,
  findRole,
  insertRole,
  putGrants,
  toRoleRecord,
} from '../repo.ts'
import type { CreateRole, Role, UpdateRole } from '../schemas.ts'
import type { RoleRecord } from '../types.ts'
import { toRole } from './roles.ts'

type RoleDeps = Pick<Deps, CommitPort | 'modules' | 'tenants'>

/** The role to change, and the version that the client has seen. */
interface Target {
  readonly slug: string
  readonly ifMatch: ExpectedVersion
}

/**
 * Makes a role. One round trip. Throws `rbac.grant_too_wide` for what the caller lacks, rules compared
 * with rules, `invalid_input` for what no module declares, `rbac.slug_taken` and
 * `rbac.too_many_roles`.
 */
export async function createRole(
  deps: RoleDeps,
  ctx: RequestContext,
  input: CreateRole,
): Promise<Role> {
  requirePermission(ctx, 'roles:create', null)
  const grants = grantsFrom(deps.modules, input.grants)
  requireHeld(ctx, new Map(Object.entries(grants)))
  if (Object.keys(ctx.tenant.roles).length >= limits.rbac.roles)
    throw new AppError(rbacErrors.tooManyRoles)
  const { slug, name, description } = input
  const after: RoleRecord = {
    slug,
    name,
    description,
    isSystem: false,
    version: 1,
    grants: grantList(grants),
    id: deps.ids.next(),
  }
  const { id } = after
  const tenantId = ctx.tenant.id
  return commitRole(deps, ctx, {
    after,
    event: roleEvents.created,
    writes: [
      { statement: insertRole({ tenantId, slug, id, name, description, now: ctx.now }) },
      { statement: putGrants(tenantId, slug, grants) },
    ],
    roles: { ...ctx.tenant.roles, [slug]: grants },
    changes: { grants: { after: after.grants } },
  })
}

/**
 * Changes a role of the tenant's own; users who have it may do what it says from their next request
 * on. Two round trips. Throws as `createRole` does, `rbac.grant_too_wide` also for a role that permits
 * more than the caller may, `rbac.system_role`, 404 and 412.
 */
export async function updateRole(
  deps: RoleDeps,
  ctx: RequestContext,
  input: Target & UpdateRole,
): Promise<Role> {
  const before = await changeable(deps, ctx, 'roles:update', input)
  const grants = input.grants ? grantsFrom(deps.modules, input.grants) : grouped(before.grants)
  requireHeld(ctx, new Map(Object.entries(grants)))
  const { slug } = before
  const { name = before.name, description = before.description } = input
  const version = before.version + 1
  const after = { ...before, name, description, grants: grantList(grants), version }
  const tenantId = ctx.tenant.id
  const next = { tenantId, slug, version: before.version, name, description, now: ctx.now }
  return commitRole(deps, ctx, {
    after,
    event: roleEvents.updated,
    writes: [
      { statement: advanceRole(next), guard: 'version_matches' },
      { statement: deleteGrants({ tenantId, slug }) },
      { statement: putGrants(tenantId, slug, grants) },
    ],
    roles: { ...ctx.tenant.roles, [slug]: grants },
    changes: {
      name: { before: before.name, after: name },
      description: { before: before.description, after: description },
      grants: { before: before.grants, after: after.grants },
    },
  })
}

/**
 * Deletes a role that nobody has. Two round trips. Throws `rbac.role_in_use`, and as `updateRole` does.
 */
export async function deleteRole(
  deps: RoleDeps,
  ctx: RequestContext,
  input: Target,
): Promise<Role> {
  const before = await changeable(deps, ctx, 'roles:delete', input)
  const { slug, version } = before
  const tenantId = ctx.tenant.id
  const { [slug]: _, ...roles } = ctx.tenant.roles
  return commitRole(deps, ctx, {
    after: { ...before, version: version + 1 },
    event: roleEvents.deleted,
    writes: [
      { statement: deleteGrants({ tenantId, slug }) },
      { statement: deleteRoleRow({ tenantId, slug, version }), guard: 'version_matches' },
    ],
    roles,
    changes: { grants: { before: before.grants } },
  })
}

/** The role as it is, when the caller may change it and has seen this version. */
async function changeable(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  permission: string,
  { slug, ifMatch }: Target,
): Promise<RoleRecord> {
  requirePermission(ctx, permission, null)
  const row = await deps.db.first(findRole({ tenantId: ctx.tenant.id, slug }))
  if (!row) throw new AppError(errors.notFound)
  const role = toRoleRecord(row)
  if (role.isSystem) throw new AppError(rbacErrors.systemRole)
  requireHeld(ctx, new Map(Object.entries(grouped(role.grants))))
  requireVersion(role.version, ifMatch)
  return role
}

interface RoleChange {
  readonly after: RoleRecord
  readonly event: EventType<{ role: string }>
  readonly writes: readonly Write[]
  /** The roles of the tenant afterwards. */
  readonly roles: Readonly<Record<string, Grants>>
  readonly changes: Readonly<Record<string, unknown>>
}

/** Commits a change of a role with the tenant's version, and gives the roles to the tenant directory. */
async function commitRole(deps: RoleDeps, ctx: RequestContext, change: RoleChange): Promise<Role> {
  const { tenant } = ctx
  const { slug, id, version } = change.after
  const role = await commit(deps, ctx, {
    writes: [
      ...change.writes,
      { statement: touchTenantVersion(tenant, ctx.now), guard: 'tenant_current' },
    ],
    events: [eventOf(change.event, { type: 'role', id, version }, { role: slug })],
    audit: {
      action: change.event.type,
      targetType: 'role',
      targetId: slug,
      changes: change.changes,
    },
    result: toRole(change.after),
    refusals: { [SLUG_TAKEN]: rbacErrors.slugTaken, [IN_USE]: rbacErrors.roleInUse },
  })
  await deps.tenants.replace(tenant, {
    ...tenant,
    version: tenant.version + 1,
    roles: change.roles,
  })
  return role
}

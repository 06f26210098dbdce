import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../kernel/schemas.ts'
import type { Deps } from '../../../ports/deps.ts'
import { findRole, findRoles, toRoleRecord } from '../repo.ts'
import type { Role } from '../schemas.ts'
import type { RoleRecord } from '../types.ts'

/** A role as clients see it. */
export function toRole({ id: _, ...role }: RoleRecord): Role {
  return role
}

/** The tenant's roles by slug. */
export async function listRoles(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<Role>> {
  requirePermission(ctx, 'roles:read', null)
  const scope = `${ctx.tenant.id} rbac.roles`
  const [after = ''] =
    input.cursor === undefined ? [] : await deps.cursors.decode(scope, input.cursor)
  const rows = await deps.db.read(
    findRoles({ tenantId: ctx.tenant.id, after, limit: input.limit + 1 }),
  )
  const items = rows.slice(0, input.limit).map((row) => toRole(toRoleRecord(row)))
  const last = rows.length > input.limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.slug]) : null }
}

/** One role. Throws `not_found`. */
export async function getRole(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { readonly slug: string },
): Promise<Role> {
  requirePermission(ctx, 'roles:read', null)
  const row = await deps.db.first(findRole({ tenantId: ctx.tenant.id, slug: input.slug }))
  if (!row) throw new AppError(errors.notFound)
  return toRole(toRoleRecord(row))
}

import type { RequestContext } from '../../../kernel/context.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../kernel/schemas.ts'
import type { Deps } from '../../../ports/deps.ts'
import { matrixOf } from '../domain.ts'
import { MAX_ROLES, findRoles, toRoleRecord } from '../repo.ts'
import type { PermissionEntry } from '../schemas.ts'

/** Every declared permission by name, with the roles of the tenant that hold it. */
export async function listPermissions(
  deps: Pick<Deps, 'db' | 'cursors' | 'modules'>,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<PermissionEntry>> {
  requirePermission(ctx, 'roles:read', null)
  const scope = `${ctx.tenant.id} rbac.permissions`
  const [after = ''] =
    input.cursor === undefined ? [] : await deps.cursors.decode(scope, input.cursor)
  const rows = await deps.db.read(
    findRoles({ tenantId: ctx.tenant.id, after: '', limit: MAX_ROLES }),
  )
  const rest = matrixOf(deps.modules, rows.map(toRoleRecord)).filter(
    (entry) => entry.name > String(after),
  )
  const items = rest.slice(0, input.limit)
  const last = rest.length > items.length ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.name]) : null }
}

import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import { type ExpectedVersion, requireVersion } from '../../../../kernel/version.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type Write, existsGuard } from '../../../commit/index.ts'
import { requireCovers } from '../../../rbac/index.ts'
import { rolesToKeep } from '../../domain.ts'
import { activeHolder, findUser, toUserRecord } from '../../repo.ts'
import type { UserRecord } from '../../types.ts'

/** The user to change, and the version that the caller has seen; `*` for any. */
export interface Target {
  readonly id: string
  readonly version: ExpectedVersion
}

/**
 * The user as it is, when the caller may change it and has seen this version. Throws `not_found`,
 * `precondition_failed` and, for a user who may do more than the caller, `rbac.grant_too_wide`.
 */
export async function changeableUser(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  permission: 'users:update' | 'users:delete',
  { id, version }: Target,
): Promise<UserRecord> {
  requirePermission(ctx, permission, null)
  const row = await deps.db.first(findUser({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  const user = toUserRecord(row)
  requireCovers(ctx, user.roles)
  requireVersion(user.version, version)
  return user
}

/** Part of a commit that takes roles from active users: breaks `last_one_stays` when nobody is left. */
export function keepAdministrator(
  { tenant }: Pick<RequestContext, 'tenant'>,
  lost: readonly string[],
): Write[] {
  const kept = rolesToKeep(lost)
  return kept ? [{ statement: existsGuard('last_one_stays', activeHolder(tenant.id, kept)) }] : []
}

import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import type { Deps } from '../../../ports/deps.ts'
import { findUser, toUserRecord } from '../repo.ts'
import type { Me } from '../types.ts'

/** The caller's own user with everything it may do. */
export async function me(deps: Pick<Deps, 'db'>, ctx: RequestContext): Promise<Me> {
  const { principal } = ctx
  if (principal.kind !== 'user') throw new AppError(errors.unauthenticated)
  const row = await deps.db.first(findUser({ tenantId: ctx.tenant.id, id: principal.userId }))
  if (!row) throw new AppError(errors.unauthenticated)
  const { id, email, name, roles } = toUserRecord(row)
  return { id, email, name, roles, permissions: [...principal.permissions.keys()].sort() }
}

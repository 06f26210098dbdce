import type { RequestContext } from '../../../kernel/context.ts'
import type { Subject } from '../../../kernel/module.ts'
import type { Deps } from '../../../ports/deps.ts'
import { findUser, toUserRecord } from '../repo.ts'

/** What a user of the tenant may act by; undefined for one that is not there. */
export async function subjectOf(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  userId: string,
): Promise<Subject | undefined> {
  const row = await deps.db.first(findUser({ tenantId: ctx.tenant.id, id: userId }))
  if (!row) return undefined
  const { roles, status } = toUserRecord(row)
  return { roles, isActive: status === 'active' }
}

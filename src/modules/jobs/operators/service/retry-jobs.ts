import type * as z from 'zod'
import type { RequestContext } from '../../../../kernel/context.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { oneOfEachKey } from '../domain.ts'
import { countGuard, findEnded, requeue } from '../repo.ts'
import type { retryJobsBody } from '../schemas.ts'
import type { RetriedJobs } from '../types.ts'

/**
 * Has the dead or cancelled jobs of a filter wait again, the oldest `limits.jobs.retry` at a time.
 * Jobs whose unique key waits or runs are left out. Needs `jobs:manage`. Throws `conflict` when one
 * of them has changed meanwhile; nothing is changed then.
 */
export async function retryJobs(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  input: z.infer<typeof retryJobsBody>,
): Promise<RetriedJobs> {
  requirePermission(ctx, 'jobs:manage', null)
  const { state, name = null } = input
  const since = input.since === undefined ? null : Date.parse(input.since)
  const until = input.until === undefined ? null : Date.parse(input.until)
  const most = limits.jobs.retry
  const found = await deps.db.read(
    findEnded(ctx.tenant.id, { state, name, since, until }, most + 1),
  )
  const ids = oneOfEachKey(found.slice(0, most)).map(({ id }) => id)
  const result = { count: ids.length, hasMore: found.length > most }
  if (ids.length === 0) return result
  await commit(deps, ctx, {
    writes: [
      { statement: requeue(ctx.tenant.id, ids, state, ctx.now) },
      { statement: countGuard(ids.length) },
    ],
    events: [],
    audit: {
      action: 'jobs.jobs.retried',
      targetType: 'jobs',
      targetId: name ?? '*',
      changes: { ...input, ...result },
    },
    result,
  })
  deps.bus.publish({ tenant: ctx.tenant, events: [], owes: true })
  return result
}

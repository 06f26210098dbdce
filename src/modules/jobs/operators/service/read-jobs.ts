import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission, scopeOf } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { toAttempt, toContents, toJob } from '../domain.ts'
import { findAttempts, findJob, findJobs } from '../repo.ts'
import type { Job, JobDetail, JobState } from '../types.ts'

/** The tenant's jobs, newest first. Needs `jobs:read`. */
export async function listJobs(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery & {
    readonly state?: JobState | undefined
    readonly name?: string | undefined
  },
): Promise<Page<Job>> {
  requirePermission(ctx, 'jobs:read', null)
  const { state, name, limit, cursor } = input
  const scope = `${ctx.tenant.id} jobs ${state ?? ''} ${name ?? ''}`
  const [before = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const rows = await deps.db.read(
    findJobs(
      { state: state !== undefined, name: name !== undefined },
      {
        tenantId: ctx.tenant.id,
        before,
        limit: limit + 1,
        ...(state === undefined ? {} : { state }),
        ...(name === undefined ? {} : { name }),
      },
    ),
  )
  const items = rows.slice(0, limit).map(toJob)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/**
 * One job with its last tries; what it holds only for those who may manage jobs.
 * Needs `jobs:read`. Throws `not_found`.
 */
export async function getJob(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<JobDetail> {
  requirePermission(ctx, 'jobs:read', null)
  const tenantId = ctx.tenant.id
  const [row, attempts] = await Promise.all([
    deps.db.first(findJob({ tenantId, id: input.id })),
    deps.db.read(findAttempts({ tenantId, jobId: input.id, limit: limits.jobs.history })),
  ])
  if (!row) throw new AppError(errors.notFound)
  const { payload, result, progressNote, uniqueKey, ...job } = row
  const maySee = scopeOf(ctx.principal, 'jobs:manage') === 'any'
  return {
    ...toJob(job),
    history: attempts.map(toAttempt),
    contents: maySee ? toContents({ ...row, payload, result, progressNote, uniqueKey }) : null,
  }
}

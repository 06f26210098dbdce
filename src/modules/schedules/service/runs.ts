import type { RequestContext } from '../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../kernel/cursor.ts'
import { jobOf } from '../../../kernel/job.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { Page } from '../../../kernel/schemas.ts'
import type { Deps } from '../../../ports/deps.ts'
import { commit } from '../../commit/index.ts'
import { findTask, requireBackground, runTaskJob } from '../tasks/index.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { findRuns, insertRuns } from '../repo.ts'
import type { RunDto, RunsQuery } from '../schemas.ts'
import { runDto } from './dto.ts'
import { type WriteDeps, openSchedule } from './store.ts'

/** The runs of the tenant's schedules, or of one, newest first. */
export async function listScheduleRuns(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  { scheduleId, limit, cursor }: RunsQuery,
): Promise<Page<RunDto>> {
  requirePermission(ctx, 'schedules:read', null)
  const tenantId = ctx.tenant.id
  const scope = `${tenantId} schedules.runs ${scheduleId ?? ''}`
  const [before = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const page = { tenantId, before, limit: limit + 1 }
  const isOfOne = scheduleId !== undefined
  const rows = await deps.db.read(findRuns(isOfOne, isOfOne ? { ...page, scheduleId } : page))
  const items = rows.slice(0, limit).map(runDto)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/**
 * Starts a schedule's task at once, paused or not; its next instant stays. Throws 404, and as
 * `createSchedule` does when the caller may not run the task.
 */
export async function runSchedule(
  deps: WriteDeps & Pick<Deps, 'modules'>,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<RunDto> {
  requirePermission(ctx, 'schedules:manage', null)
  const schedule = await openSchedule(deps, ctx, input)
  const task = findTask(deps, ctx.tenant, schedule.task)?.task
  if (!task) throw new AppError(errors.conflict, { detail: `${schedule.task} is not a task.` })
  requireBackground(ctx, task, schedule.input)
  const [id, jobId] = [deps.ids.next(), deps.ids.next()]
  const run = { id, scheduledFor: ctx.now, missed: 0, jobId, outcome: null }
  const payload = { task: schedule.task, input: schedule.input, key: id }
  return commit(deps, ctx, {
    writes: [{ statement: insertRuns(ctx.tenant.id, schedule.id, 'asked', [run], ctx.now) }],
    events: [],
    jobs: [jobOf(runTaskJob, payload, { id: jobId })],
    audit: {
      action: 'schedules.schedule.started',
      targetType: 'schedule',
      targetId: schedule.id,
      changes: { jobId },
    },
    result: runDto({
      ...run,
      scheduleId: schedule.id,
      reason: 'asked',
      outcome: 'waiting',
      startedAt: null,
      finishedAt: null,
      error: null,
    }),
  })
}

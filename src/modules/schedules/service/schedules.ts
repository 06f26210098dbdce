import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, invalid } from '../../../kernel/errors.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import { readCron } from '../../../kernel/cron.ts'
import type { Page, PageQuery } from '../../../kernel/schemas.ts'
import type { Deps } from '../../../ports/deps.ts'
import { nextRunAt } from '../domain.ts'
import { schedulesErrors } from '../errors.ts'
import { scheduleEvents } from '../events.ts'
import {
  deleteSchedule as deleteStatement,
  findSchedules,
  insertSchedule,
  toSchedule,
} from '../repo.ts'
import type { CreateSchedule, ScheduleDto, UpdateSchedule } from '../schemas.ts'
import { findTask, requireBackground } from '../tasks/index.ts'
import type { OwnedSchedule, Schedule } from '../types.ts'
import { scheduleDto } from './dto.ts'
import { type Target, type WriteDeps, commitSchedule, openSchedule, updateWrite } from './store.ts'

/** The tenant's schedules by name. The control tenant has those of the deployment. */
export async function listSchedules(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<ScheduleDto>> {
  requirePermission(ctx, 'schedules:read', null)
  const scope = `${ctx.tenant.id} schedules`
  const [after = ''] =
    input.cursor === undefined ? [] : await deps.cursors.decode(scope, input.cursor)
  const rows = await deps.db.read(
    findSchedules({ tenantId: ctx.tenant.id, after, limit: input.limit + 1 }),
  )
  const items = rows.slice(0, input.limit).map((row) => scheduleDto(toSchedule(row)))
  const last = rows.length > input.limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.name]) : null }
}

/** One schedule. Throws 404. */
export async function getSchedule(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<ScheduleDto> {
  requirePermission(ctx, 'schedules:read', null)
  return scheduleDto(await openSchedule(deps, ctx, input))
}

/**
 * Makes a schedule for a task that the caller may run. Throws `schedules.name_taken`,
 * `schedules.too_many`, `schedules.at_once_only`, `forbidden`, and `invalid_input` for an unknown
 * task, an input that the task refuses and a time that cannot be read.
 */
export async function createSchedule(
  deps: WriteDeps & Pick<Deps, 'modules'>,
  ctx: RequestContext,
  input: CreateSchedule,
): Promise<ScheduleDto> {
  requirePermission(ctx, 'schedules:manage', null)
  requireRunnable(deps, ctx, input)
  const schedule: Schedule = {
    ...input,
    id: deps.ids.next(),
    isPaused: false,
    nextRunAt: firstRun(input, ctx.now),
    lastRunAt: null,
    declaration: null,
    version: 1,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  }
  return commitSchedule(deps, ctx, schedule, {
    event: scheduleEvents.created,
    write: { statement: insertSchedule(ctx.tenant.id, schedule), guard: 'state_allows' },
    refusals: { state_allows: schedulesErrors.tooMany },
  })
}

/** Changes a schedule; what is absent stays. Throws 404, 412 and as `createSchedule` does. */
export async function updateSchedule(
  deps: WriteDeps & Pick<Deps, 'modules'>,
  ctx: RequestContext,
  { id, ifMatch, ...patch }: Target & UpdateSchedule,
): Promise<ScheduleDto> {
  requirePermission(ctx, 'schedules:manage', null)
  const before = await openSchedule(deps, ctx, { id, ifMatch })
  const changed = { ...before, ...defined(patch) }
  requireRunnable(deps, ctx, changed)
  const isMoved = changed.cron !== before.cron || changed.timezone !== before.timezone
  const next = isMoved ? firstRun(changed, ctx.now) : before.nextRunAt
  return save(deps, ctx, before, { ...changed, nextRunAt: next }, scheduleEvents.updated)
}

/** Lets a schedule rest. Throws 404. */
export async function pauseSchedule(
  deps: WriteDeps,
  ctx: RequestContext,
  input: Target,
): Promise<ScheduleDto> {
  requirePermission(ctx, 'schedules:manage', null)
  const before = await openSchedule(deps, ctx, input)
  if (before.isPaused) return scheduleDto(before)
  return save(deps, ctx, before, { ...before, isPaused: true }, scheduleEvents.paused)
}

/** Lets a schedule run again, from the next instant on: what passed meanwhile is not missed. Throws 404. */
export async function resumeSchedule(
  deps: WriteDeps,
  ctx: RequestContext,
  input: Target,
): Promise<ScheduleDto> {
  requirePermission(ctx, 'schedules:manage', null)
  const before = await openSchedule(deps, ctx, input)
  if (!before.isPaused) return scheduleDto(before)
  const after = { ...before, isPaused: false, nextRunAt: nextRunAt(before, ctx.now) }
  return save(deps, ctx, before, after, scheduleEvents.resumed)
}

/** Deletes a schedule; its runs stay until they are old. Throws 404, 412 and `schedules.declared`. */
export async function deleteSchedule(
  deps: WriteDeps,
  ctx: RequestContext,
  input: Target,
): Promise<void> {
  requirePermission(ctx, 'schedules:manage', null)
  const before = await openSchedule(deps, ctx, input)
  if (before.declaration) throw new AppError(schedulesErrors.declared)
  const { tenantId, id, version } = before
  await commitSchedule(
    deps,
    ctx,
    { ...before, version: version + 1 },
    {
      before,
      event: scheduleEvents.deleted,
      write: { statement: deleteStatement({ tenantId, id, version }), guard: 'version_matches' },
    },
  )
}

function save(
  deps: WriteDeps,
  ctx: RequestContext,
  before: OwnedSchedule,
  changed: Schedule,
  event: (typeof scheduleEvents)['updated'],
): Promise<ScheduleDto> {
  const after = { ...changed, version: before.version + 1, updatedAt: ctx.now }
  return commitSchedule(deps, ctx, after, {
    before,
    event,
    write: updateWrite(ctx, before, after),
  })
}

function requireRunnable(
  deps: Pick<Deps, 'modules'>,
  ctx: RequestContext,
  { task: name, input }: Pick<Schedule, 'task' | 'input'>,
): void {
  const task = findTask(deps, ctx.tenant, name)?.task
  if (!task) throw invalid('/task', 'is not a task of the tenant')
  requireBackground(ctx, task, input)
}

/** Throws `invalid_input` for an expression or a time zone that cannot be read, and for one that never comes. */
function firstRun(time: Pick<Schedule, 'cron' | 'timezone'>, now: number): number {
  if (!readCron('* * * * *', time.timezone)) throw invalid('/timezone', 'is not a time zone')
  if (!readCron(time.cron, time.timezone)) throw invalid('/cron', 'is not a cron expression')
  const first = nextRunAt(time, now)
  if (first === null) throw invalid('/cron', 'names no instant that comes')
  return first
}

/** A patch without the keys that are there but undefined. */
function defined(patch: UpdateSchedule): Partial<Schedule> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
}

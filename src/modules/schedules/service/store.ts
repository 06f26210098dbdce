import { changesBetween } from '../../../kernel/changes.ts'
import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../kernel/events.ts'
import { type ExpectedVersion, requireVersion } from '../../../kernel/version.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { type Refusals, type Write, commit } from '../../commit/index.ts'
import { schedulesErrors } from '../errors.ts'
import { scheduleEvents } from '../events.ts'
import {
  DECLARED_TWICE,
  NAME_TAKEN,
  findSchedule,
  toSchedule,
  updateSchedule as updateStatement,
} from '../repo.ts'
import type { ScheduleDto } from '../schemas.ts'
import type { OwnedSchedule, Schedule } from '../types.ts'
import { scheduleDto } from './dto.ts'

/** What changes of schedules need. */
export type WriteDeps = Pick<Deps, CommitPort>

/** A schedule, and the version that the client has seen. */
export interface Target {
  readonly id: string
  readonly ifMatch?: ExpectedVersion
}

/** A schedule of the tenant. Throws 404, and 412 when the client has seen another version. */
export async function openSchedule(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id, ifMatch }: Target,
): Promise<OwnedSchedule> {
  const row = await deps.db.first(findSchedule({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  requireVersion(row.version, ifMatch)
  return toSchedule(row)
}

/** A changed schedule over the version that it was decided on, owned by the context's tenant. */
export function updateWrite(ctx: RequestContext, before: OwnedSchedule, after: Schedule): Write {
  return {
    statement: updateStatement(before, ctx.tenant.id, after),
    guard: 'version_matches',
  }
}

const AUDITED = ['description', 'cron', 'timezone', 'input', 'missed', 'isPaused'] as const

/** Commits a change of a schedule with its event. Throws 412, and what broken names mean. */
export function commitSchedule(
  deps: WriteDeps,
  ctx: RequestContext,
  after: Schedule,
  change: {
    /** As it was; absent for a new one. */
    readonly before?: Schedule
    readonly event: EventType<{ id: string; name: string; task: string }>
    readonly write: Write
    readonly refusals?: Refusals
  },
): Promise<ScheduleDto> {
  const { id, name, task, version } = after
  const left = change.event === scheduleEvents.deleted ? undefined : after
  return commit(deps, ctx, {
    writes: [change.write],
    events: [eventOf(change.event, { type: 'schedule', id, version }, { id, name, task })],
    audit: {
      action: change.event.type,
      targetType: 'schedule',
      targetId: id,
      changes: { name, task, ...changesBetween(change.before, left, AUDITED) },
    },
    result: scheduleDto(after),
    refusals: {
      [NAME_TAKEN]: schedulesErrors.nameTaken,
      [DECLARED_TWICE]: schedulesErrors.nameTaken,
      ...change.refusals,
    },
  })
}

import { toRfc3339, toRfc3339OrNull } from '../../../kernel/clock.ts'
import type { RunDto, ScheduleDto } from '../schemas.ts'
import type { Run, Schedule } from '../types.ts'

/** A schedule as the API shows it. */
export function scheduleDto(schedule: Schedule): ScheduleDto {
  const { id, name, description, cron, timezone, task, input, missed, isPaused, version } = schedule
  return {
    id,
    name,
    description,
    cron,
    timezone,
    task,
    input: { ...input },
    missed,
    isPaused,
    isDeclared: schedule.declaration !== null,
    nextRunAt: toRfc3339OrNull(isPaused ? null : schedule.nextRunAt),
    lastRunAt: toRfc3339OrNull(schedule.lastRunAt),
    version,
    createdAt: toRfc3339(schedule.createdAt),
    updatedAt: toRfc3339(schedule.updatedAt),
  }
}

/** A run as the API shows it. */
export function runDto({ scheduledFor, startedAt, finishedAt, ...run }: Run): RunDto {
  return {
    ...run,
    scheduledFor: toRfc3339(scheduledFor),
    startedAt: toRfc3339OrNull(startedAt),
    finishedAt: toRfc3339OrNull(finishedAt),
  }
}

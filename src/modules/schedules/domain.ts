import type { TenantSnapshot } from '../../kernel/context.ts'
import { readCron } from '../../kernel/cron.ts'
import { limits } from '../../kernel/limits.ts'
import type { ScheduleDefinition } from '../../kernel/module.ts'
import type { Declaration, OwnedSchedule, Schedule } from './types.ts'

/** What a manifest says of schedules. */
interface Scheduling {
  readonly schedules: readonly ScheduleDefinition[]
}

/**
 * Whether a tenant may have a task of a module run: it has the module on, or it is the control tenant and
 * the deployment runs the task by itself.
 */
export function hasTask(
  tenant: Pick<TenantSnapshot, 'modules' | 'isControl'>,
  module: Scheduling & { readonly slug: string },
  task: string,
): boolean {
  const isOn = tenant.modules[module.slug]?.enabled !== false
  return isOn || (tenant.isControl && isOfDeployment(module, task))
}

/** Whether the deployment runs a task by itself. */
export function isOfDeployment({ schedules }: Scheduling, task: string): boolean {
  return schedules.some((schedule) => schedule.task === task)
}

/** The next instant of a schedule after one; null when there is none any more. */
export function nextRunAt(
  { cron, timezone }: Pick<Schedule, 'cron' | 'timezone'>,
  after: number,
): number | null {
  return readCron(cron, timezone)?.after(after) ?? null
}

/** An instant that has come, with how many before it have passed without a run. */
export interface DueInstant {
  readonly scheduledFor: number
  readonly missed: number
}

/** What a tick does for a schedule that is due. */
export interface Decision {
  /** Runs to start, oldest first. */
  readonly runs: readonly DueInstant[]
  /** Instants that are left out, told as one. */
  readonly skipped: DueInstant | null
  readonly nextRunAt: number | null
}

/** Decides a schedule whose `nextRunAt` has come, by its policy on missed runs. */
export function decideDue(
  schedule: Pick<Schedule, 'cron' | 'timezone' | 'missed'> & { readonly nextRunAt: number },
  now: number,
): Decision {
  const times = readCron(schedule.cron, schedule.timezone)
  const passed = (times?.upTo(now, limits.schedules.missed) ?? []).filter(
    (instant) => instant >= schedule.nextRunAt,
  )
  // The expression may have been read otherwise by an older release.
  const [latest = schedule.nextRunAt] = passed
  const missed = Math.max(0, passed.length - 1)
  const next = times?.after(Math.max(now, latest)) ?? null
  const last = { scheduledFor: latest, missed }
  if (schedule.missed === 'all') {
    const oldestFirst = passed.slice(0, limits.schedules.madeUpFor).reverse()
    const leftOut = Math.max(0, passed.length - oldestFirst.length)
    const runs = oldestFirst.map((scheduledFor, index) => ({
      scheduledFor,
      missed: index === 0 ? leftOut : 0,
    }))
    return { runs: runs.length > 0 ? runs : [last], skipped: null, nextRunAt: next }
  }
  const isTooLate = now - latest > limits.schedules.lateMilliseconds
  if (schedule.missed === 'skip' && isTooLate) return { runs: [], skipped: last, nextRunAt: next }
  return { runs: [last], skipped: null, nextRunAt: next }
}

/** A declaration as it is stored. */
function declarationOf(definition: ScheduleDefinition): Declaration {
  const { description, cron, timezone = 'UTC', task, input = {}, missed } = definition
  return { description, cron, timezone, task, input, missed }
}

/**
 * A declared schedule under another declaration: what an operator has changed stays, anything else
 * follows the release.
 */
function followDeclaration(schedule: Schedule, declaration: Declaration): Schedule {
  const before = schedule.declaration ?? declaration
  const kept = (key: keyof Declaration) =>
    JSON.stringify(schedule[key]) !== JSON.stringify(before[key])
  const followed = Object.fromEntries(
    Object.entries(declaration).filter(([key]) => !kept(key as keyof Declaration)), // -- its own keys
  )
  return { ...schedule, ...followed, declaration }
}

/** What brings the declared schedules of a deployment up to its release. */
export interface SyncPlan {
  readonly added: readonly { readonly name: string; readonly declaration: Declaration }[]
  readonly changed: readonly { readonly before: OwnedSchedule; readonly after: Schedule }[]
  readonly removed: readonly OwnedSchedule[]
}

/** Compares what is declared with what is stored, wherever that belongs; `ownerId` is to own it. */
export function planSync(
  stored: readonly OwnedSchedule[],
  definitions: readonly ScheduleDefinition[],
  ownerId: string,
): SyncPlan {
  const byName = new Map(stored.map((schedule) => [schedule.name, schedule]))
  const names = new Set(definitions.map(({ name }) => name))
  return {
    added: definitions
      .filter(({ name }) => !byName.has(name))
      .map((definition) => ({ name: definition.name, declaration: declarationOf(definition) })),
    changed: definitions.flatMap((definition) => {
      const before = byName.get(definition.name)
      const declaration = declarationOf(definition)
      if (!before) return []
      const isSame = JSON.stringify(before.declaration) === JSON.stringify(declaration)
      if (isSame && before.tenantId === ownerId) return []
      return [{ before, after: followDeclaration(before, declaration) }]
    }),
    removed: stored.filter(({ name }) => !names.has(name)),
  }
}

/** Whether cron has stopped: it was here once, or ought to have been, and that is too long ago. */
export function isCronSilent(
  beat: { readonly lastAt: number | null; readonly since: number | null },
  now: number,
): boolean {
  const from = beat.lastAt ?? beat.since
  return from !== null && now - from > limits.schedules.silentMilliseconds
}

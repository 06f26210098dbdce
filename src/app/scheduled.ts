import type { ScheduleDefinition } from '../kernel/module.ts'
import type { Deps } from '../ports/deps.ts'
import { type Isolate, isolateOf } from './isolate.ts'
import { depsOf } from './lifecycle/deps.ts'
import { initialize } from './lifecycle/initialize.ts'
import { modules } from './modules.ts'

/**
 * The door of cron, once a minute. Ticks may come late, twice or not at all, so a schedule's work is
 * safe to repeat and catches up by itself.
 */
export async function handleScheduled(controller: ScheduledController, env: Env): Promise<void> {
  await runSchedules(isolateOf(env), controller.scheduledTime)
}

/**
 * Runs what is due at an instant (epoch milliseconds): initializers first, then what each shard still
 * owes, then each schedule on each shard. One that fails stops no other.
 */
export async function runSchedules(isolate: Isolate, scheduledTime: number): Promise<void> {
  await initialize(isolate)
  const minute = Math.floor(scheduledTime / 60_000)
  for (const shard of isolate.shared.shards.names) await isolate.wake(shard)
  for (const schedule of modules.flatMap((module) => module.schedules)) {
    if (minute % schedule.everyMinutes !== 0) continue
    for (const shard of isolate.shared.shards.names) await runSchedule(isolate, schedule, shard)
  }
}

async function runSchedule(
  isolate: Isolate,
  schedule: ScheduleDefinition<Deps>,
  shard: string,
): Promise<void> {
  const { telemetry } = isolate.shared
  const labels = { schedule: schedule.name, shard }
  try {
    await schedule.run(depsOf(isolate, shard), isolate.clock.now())
    telemetry.count('rustok_schedule_runs_total', { ...labels, result: 'ok' })
  } catch (error) {
    telemetry.count('rustok_schedule_runs_total', { ...labels, result: 'failed' })
    telemetry.error('schedule failed', error, labels)
  }
}

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

/** Runs what is due at an instant (epoch milliseconds): initializers first, then each schedule. */
export async function runSchedules(isolate: Isolate, scheduledTime: number): Promise<void> {
  await initialize(isolate)
  const minute = Math.floor(scheduledTime / 60_000)
  const { telemetry } = isolate.shared
  for (const schedule of modules.flatMap((module) => module.schedules)) {
    if (minute % schedule.everyMinutes !== 0) continue
    const labels = { schedule: schedule.name }
    try {
      await schedule.run(depsOf(isolate), isolate.clock.now())
      telemetry.count('rustok_schedule_runs_total', { ...labels, result: 'ok' })
    } catch (error) {
      telemetry.count('rustok_schedule_runs_total', { ...labels, result: 'failed' })
      telemetry.error('schedule failed', error, labels)
    }
  }
}

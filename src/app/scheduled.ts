import { isolateOf } from './isolate.ts'
import { depsOf } from './lifecycle/deps.ts'
import { initialize } from './lifecycle/initialize.ts'
import { modules } from './modules.ts'

/**
 * The cron tick, once a minute: starts every schedule whose minute it is. Ticks may come late, twice
 * or not at all, so a schedule's work is safe to repeat and catches up by itself.
 */
export async function handleScheduled(controller: ScheduledController, env: Env): Promise<void> {
  const isolate = isolateOf(env)
  await initialize(isolate)
  const minute = Math.floor(controller.scheduledTime / 60_000)
  for (const schedule of modules.flatMap((module) => module.schedules)) {
    if (minute % schedule.everyMinutes !== 0) continue
    try {
      await schedule.run(depsOf(isolate), isolate.clock.now())
      isolate.shared.telemetry.count('rustok_schedule_runs_total', {
        schedule: schedule.name,
        result: 'ok',
      })
    } catch (error) {
      isolate.shared.telemetry.count('rustok_schedule_runs_total', {
        schedule: schedule.name,
        result: 'failed',
      })
      isolate.shared.telemetry.error('schedule failed', error, { schedule: schedule.name })
    }
  }
}

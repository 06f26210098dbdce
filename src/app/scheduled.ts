import { deployment } from '../kernel/deployment.ts'
import { traceOfRequest } from '../kernel/trace.ts'
import { sealOwed } from '../modules/audit/index.ts'
import { claimDue, noteTick, syncDeclared } from '../modules/schedules/index.ts'
import { type Isolate, isolateOf } from './isolate.ts'
import { depsOf } from './lifecycle/deps.ts'
import { CONTROL_SLUG, initialize } from './lifecycle/initialize.ts'

/**
 * The door of cron, once a minute. Ticks may come late, twice or not at all: what is due is claimed
 * in the database, each instant once.
 */
export async function handleScheduled(_: ScheduledController, env: Env): Promise<void> {
  const isolate = isolateOf(env)
  const requestId = isolate.shared.ids.next()
  const scope = { requestId, trace: traceOfRequest(null, requestId), tenantId: undefined }
  await isolate.tracing.run(scope, () => runSchedules(isolate))
}

/**
 * One tick: initializers first, then the schedules that the release declares, then what is due on
 * each shard, then the entries of the audit log that have no place in their chain yet, then what each
 * shard still owes. A part that fails stops no other.
 */
export async function runSchedules(isolate: Isolate): Promise<void> {
  const { shards } = isolate.shared
  const now = isolate.clock.now()
  await initialize(isolate)
  await attempt(isolate, 'heartbeat', () => noteTick(depsOf(isolate), now))
  await attempt(isolate, 'declared schedules', () => syncSchedules(isolate, now))
  for (const shard of shards.names)
    await attempt(isolate, 'due schedules', () => claimOn(isolate, shard, now))
  for (const shard of shards.names)
    await attempt(isolate, 'audit log', () => sealOn(isolate, shard, now))
  for (const shard of shards.names) await isolate.wake(shard)
}

async function syncSchedules(isolate: Isolate, now: number): Promise<void> {
  const deps = depsOf(isolate)
  const control = await deps.tenants.find({ kind: 'slug', value: CONTROL_SLUG })
  const owner = control?.isControl === true ? control : deployment
  await syncDeclared(deps, { owner, now })
}

async function claimOn(isolate: Isolate, shard: string, now: number): Promise<void> {
  const { telemetry } = isolate.shared
  const results = await claimDue(depsOf(isolate, shard), now)
  for (const [result, by] of Object.entries(results))
    telemetry.count('rustok_schedule_runs_total', { shard, result }, by)
}

/** No commit: a tick that finds nothing to do leaves no entry itself. */
async function sealOn(isolate: Isolate, shard: string, now: number): Promise<void> {
  await sealOwed(depsOf(isolate, shard), now)
}

async function attempt(isolate: Isolate, part: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    isolate.shared.telemetry.error('tick failed', error, { part })
  }
}

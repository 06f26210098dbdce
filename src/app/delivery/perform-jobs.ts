import { systemContext } from '../../kernel/context.ts'
import { LeaseLost } from '../../kernel/effect.ts'
import type { JobDefinition, JobRun } from '../../kernel/job.ts'
import { JobCancelled } from '../../kernel/job.ts'
import {
  HEARTBEAT_MILLISECONDS,
  type HeldJob,
  decideDone,
  decideThrown,
  holdJobs,
  keepLease,
  keepUnknown,
  noteJob,
} from '../../modules/jobs/index.ts'
import type { Deps } from '../../ports/deps.ts'
import type { WakeUp } from '../../ports/transport.ts'
import type { Isolate } from '../isolate.ts'
import { depsOf } from '../lifecycle/deps.ts'
import { withDeadline } from '../../kernel/deadline.ts'
import { withHeartbeat } from './heartbeat.ts'
import { relayAt } from './later.ts'
import { reasonOf } from './reason.ts'
import { scopeOf } from './scope.ts'

/** Performs jobs, each on its own: a slow one holds up no other. */
export async function performJobs(
  isolate: Isolate,
  shard: string,
  wakeUps: readonly WakeUp[],
): Promise<void> {
  const held = await holdJobs(depsOf(isolate, shard), wakeUps, isolate.clock.now())
  await Promise.all(held.map((job) => performInScope(isolate, shard, job)))
}

function performInScope(isolate: Isolate, shard: string, job: HeldJob): Promise<void> {
  return isolate.tracing.run(scopeOf(job), () =>
    isolate.tracing.span('job', (span) => {
      span.set('rustok.job.name', job.name)
      span.set('rustok.job.id', job.id)
      span.set('rustok.job.attempt', job.attempts)
      span.set('rustok.tenant_id', job.tenantId)
      return performOne(isolate, shard, job)
    }),
  )
}

async function performOne(isolate: Isolate, shard: string, job: HeldJob): Promise<void> {
  const { clock, shared } = isolate
  const note = async (ended: Parameters<typeof noteJob>[1]) => {
    await noteJob(depsOf(isolate, shard), ended)
    if ('dueAt' in ended) await relayAt(isolate, shard, ended.dueAt)
  }
  const definition = shared.subscriptions.jobOf(job.name, job.version)
  if (!definition) return note(keepUnknown(job, clock.now()))
  const startedAt = clock.now()
  const deps = depsOf(isolate, shard)
  const done = (result: string) => observe(isolate, deps, job, { startedAt, result })
  try {
    const result = await perform(isolate, deps, shard, job, definition)
    await note(decideDone(job, result, clock.now()))
    done('done')
  } catch (error) {
    if (error instanceof LeaseLost) return
    const thrown = { error, text: reasonOf(error) }
    const ended = decideThrown(job, definition.retry, thrown, clock.now(), shared.random())
    await note(ended)
    done('state' in ended ? ended.state : 'again')
    if (!(error instanceof JobCancelled) && ended.error !== null)
      shared.telemetry.error('job failed', error, { job: job.id, name: job.name })
  }
}

async function perform(
  isolate: Isolate,
  deps: Deps,
  shard: string,
  job: HeldJob,
  definition: JobDefinition<Deps>,
): Promise<unknown> {
  const { clock, shared } = isolate
  const { timeoutSeconds } = definition
  if (job.cancelRequestedAt !== null) throw new JobCancelled()
  const tenant = await deps.tenants.find({ kind: 'id', value: job.tenantId })
  if (!tenant || tenant.status === 'deleting') throw new JobCancelled()
  const ctx = {
    ...systemContext(tenant, {
      name: job.name,
      permissions: definition.permissions,
      id: job.correlationId,
      traceId: job.traceId,
      now: clock.now(),
    }),
    causationId: job.id,
    fence: { kind: 'job', id: job.id, lease: job.lease },
  } as const
  const abort = new AbortController()
  const keep = (percent?: number, note?: string) =>
    keepLease(depsOf(isolate, shard), job, { now: clock.now(), percent, note })
  const run: JobRun = {
    id: job.id,
    attempt: job.attempts,
    signal: abort.signal,
    progress: keep,
    once: (key) => ({ ...ctx, effect: { subscriber: job.name, eventId: `${job.id}:${key}` } }),
  }
  try {
    const payload = definition.schema.parse(JSON.parse(job.payload))
    const work = definition.perform(deps, ctx, payload, run)
    const inTime = withDeadline(shared.startTimer, timeoutSeconds * 1_000, work)
    return await withHeartbeat(shared.startTimer, HEARTBEAT_MILLISECONDS, keep, inTime)
  } finally {
    abort.abort()
  }
}

function observe(
  { clock, totals, shared }: Isolate,
  { db }: Deps,
  job: HeldJob,
  { startedAt, result }: { readonly startedAt: number; readonly result: string },
): void {
  const milliseconds = clock.now() - startedAt
  shared.telemetry.count('rustok_job_runs_total', { job: job.name, result })
  shared.telemetry.observe('rustok_job_seconds', milliseconds / 1_000, { job: job.name })
  const told = { job: job.id, name: job.name, result, ms: milliseconds }
  shared.telemetry.log('debug', 'job performed', told)
  totals.add({
    kind: 'job',
    tenantId: job.tenantId,
    name: job.name,
    outcome: result,
    detail: '',
    milliseconds,
    ...db.stats(),
  })
}

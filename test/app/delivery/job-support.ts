import * as z from 'zod'
import type { RequestContext } from '../../../src/kernel/context.ts'
import { type JobDefinition, type JobRequest, type JobRun, jobOf } from '../../../src/kernel/job.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { type Write, commit } from '../../../src/modules/commit/index.ts'
import { holdJobs, relayJobs } from '../../../src/modules/jobs/index.ts'
import { PRIMARY_SHARD } from '../../../src/ports/database.ts'
import type { Deps } from '../../../src/ports/deps.ts'
import type { WakeUp } from '../../../src/ports/transport.ts'
import type { World } from '../../support/world.ts'
import { deliveryWorld } from './support.ts'

/** What the jobs of these tests are given. */
export interface Order {
  readonly text: string
}

type Perform = (run: JobRun, order: Order, deps: Deps, ctx: RequestContext) => Promise<unknown>

/** A trial job: three tries, a second apart, ten seconds each. */
export function trialJob(
  perform: Perform,
  options: Partial<Omit<JobDefinition<Deps, Order>, 'perform'>> = {},
): JobDefinition<Deps, Order> {
  return {
    name: 'trial:work',
    version: 1,
    description: 'Works in a trial',
    schema: z.object({ text: z.string() }),
    permissions: [],
    retry: { maxAttempts: 3, delay: () => 1_000 },
    timeoutSeconds: 10,
    ...options,
    perform: (deps, ctx, order, run) => perform(run, order, deps, ctx),
  }
}

/** A world that knows the given jobs. */
export function jobWorld(jobs: readonly JobDefinition<Deps, Order>[]): Promise<World> {
  return deliveryWorld([], {}, jobs)
}

/** Commits jobs. */
export async function enqueue(
  world: World,
  jobs: readonly JobRequest[],
  writes: readonly Write[] = [],
): Promise<void> {
  await commit(world.deps(), await world.system(), {
    writes,
    events: [],
    jobs,
    audit: { action: 'trial.work.asked', targetType: 'trial', targetId: 'work' },
    result: null,
  })
}

/** Commits one job per text. */
export function order(
  world: World,
  job: JobDefinition<Deps, Order>,
  ...texts: string[]
): Promise<void> {
  return enqueue(
    world,
    texts.map((text) => jobOf(job, { text })),
  )
}

/** Brings about an effect that can be counted: an audit entry of the job's own. */
export async function jobEffect(deps: Deps, ctx: RequestContext, text: string): Promise<void> {
  await commit(deps, ctx, {
    writes: [],
    events: [],
    audit: { action: 'trial.work.noted', targetType: 'trial.work', targetId: text },
    result: null,
  })
}

/** How the database tells of the world's trial jobs, in the order in which they were made. */
export function jobsIn(world: World) {
  return world.rows<{
    id: string
    state: string
    attempts: number
    due: number
    progress: number
    note: string | null
    error: string | null
    result: string | null
    text: string
  }>(
    `SELECT id, state, attempts, due_at AS due, progress, progress_note AS note,
        last_error AS error, result, payload ->> 'text' AS text
      FROM jobs WHERE tenant_id = ? AND name LIKE 'trial:%' ORDER BY id`,
    world.tenantId,
  )
}

/** The tries of the world's trial jobs: number, outcome and error. */
export async function triesIn(world: World): Promise<string[]> {
  const rows = await world.rows<{ attempt: number; outcome: string; error: string | null }>(
    `SELECT attempt, outcome, error FROM job_attempts WHERE tenant_id = ?
      AND job_id IN (SELECT id FROM jobs WHERE name LIKE 'trial:%') ORDER BY job_id, attempt`,
    world.tenantId,
  )
  return rows.map(({ attempt, outcome, error }) =>
    [attempt, outcome, error].filter((part) => part !== null).join(' '),
  )
}

/** Claims what is due in the world, as a relay does whose messages nobody has read yet. */
export async function claim(world: World): Promise<WakeUp[]> {
  const sent: WakeUp[] = []
  const send = async (wakeUps: readonly WakeUp[]) => void sent.push(...wakeUps)
  const transport = { ...world.deps().transport, send }
  await relayJobs(
    { ...world.deps(), transport },
    { shard: PRIMARY_SHARD, now: world.clock.now(), tenantId: world.tenantId },
  )
  return sent
}

/** Starts what is due in the world by a worker that dies at once. */
export async function loseWorker(world: World): Promise<void> {
  await holdJobs(world.deps(), await claim(world), world.clock.now())
}

/** Lets the leases of the world end. */
export function endLeases(world: World): void {
  world.clock.advance(limits.events.leaseMilliseconds)
}

/** Puts timers into the world that go off when a test moves its clock by `pass`. */
export function testTimers(world: World) {
  const timers = new Map<symbol, { readonly at: number; readonly fire: () => void }>()
  Object.assign(world.isolate.shared, {
    startTimer: (milliseconds: number, fire: () => void) => {
      const key = Symbol('timer')
      timers.set(key, { at: world.clock.now() + milliseconds, fire })
      return () => void timers.delete(key)
    },
  })
  return {
    /** Lets the timers of what is under way be started first. */
    async pass(milliseconds: number): Promise<void> {
      await world.rows('SELECT 1')
      world.clock.advance(milliseconds)
      for (const [key, { at, fire }] of timers) {
        if (at > world.clock.now()) continue
        timers.delete(key)
        fire()
      }
    },
  }
}

/** Resolves when the signal aborts. */
export function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}

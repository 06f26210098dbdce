import type * as z from 'zod'
import type { RetryPolicy } from './backoff.ts'
import type { RequestContext } from './context.ts'

/** Which of the jobs that are due is taken first. */
export type JobPriority = 'high' | 'normal' | 'low'

/** What a running job may do beside its work. */
export interface JobRun {
  readonly id: string
  /** From 1 on. */
  readonly attempt: number
  /** Aborts when the time is up, when somebody has asked for the end and when the lease is lost. */
  readonly signal: AbortSignal
  /**
   * Tells how far the job is, in percent. Throws `JobCancelled` when somebody has asked for its end,
   * `LeaseLost` when another has taken it.
   */
  readonly progress: (percent: number, note?: string) => Promise<void>
  /**
   * The context for a commit that happens once, however often the job runs: a second commit under
   * the same key throws `EffectDone`.
   */
  readonly once: (key: string) => RequestContext
}

/** A declared kind of background work. */
export interface JobDefinition<Deps, Payload = unknown> {
  /** `<module>:<verb>`, stable for ever. */
  readonly name: string
  /** Of the payload's schema. A job of a version that is not known here is kept until it is. */
  readonly version: number
  readonly description: string
  readonly schema: z.ZodType<Payload>
  /** What its principal may do. */
  readonly permissions: readonly string[]
  readonly retry: RetryPolicy
  readonly timeoutSeconds: number
  /** How many of the name may run at once in a tenant; any number when absent. */
  readonly concurrency?: number
  /** While a job with the same key waits or runs, another is not added. */
  unique?(payload: Payload): string
  readonly priority?: JobPriority
  /** Runs at least once, with `ctx.now` at the start of the attempt. What it returns is kept as the result. */
  perform(deps: Deps, ctx: RequestContext, payload: Payload, run: JobRun): Promise<unknown>
}

/** A job that a commit adds. */
export interface JobRequest {
  /** Made by the commit when absent. */
  readonly id?: string
  readonly name: string
  readonly version: number
  readonly payload: unknown
  readonly priority: JobPriority
  readonly maxAttempts: number
  readonly concurrency: number | null
  readonly uniqueKey: string | null
  /** Epoch milliseconds; null means at once. */
  readonly dueAt: number | null
}

/** A job of a declared kind, as a commit adds it. Throws `ZodError` for a payload that is none. */
export function jobOf<Deps, Payload>(
  definition: JobDefinition<Deps, Payload>,
  payload: Payload,
  options: {
    readonly id?: string
    readonly dueAt?: number
    readonly priority?: JobPriority
  } = {},
): JobRequest {
  return {
    ...(options.id === undefined ? {} : { id: options.id }),
    name: definition.name,
    version: definition.version,
    payload: definition.schema.parse(payload),
    priority: options.priority ?? definition.priority ?? 'normal',
    maxAttempts: definition.retry.maxAttempts,
    concurrency: definition.concurrency ?? null,
    uniqueKey: definition.unique?.(payload) ?? null,
    dueAt: options.dueAt ?? null,
  }
}

/** Declares a kind of background work. */
export function defineJob<Deps>() {
  return <Payload>(definition: JobDefinition<Deps, Payload>): JobDefinition<Deps, Payload> =>
    definition
}

/** Thrown inside a job that is to end: somebody has cancelled it. */
export class JobCancelled extends Error {
  constructor() {
    super('the job was cancelled')
    this.name = 'JobCancelled'
  }
}

/** Thrown by a job to wait for a while without it counting as a failure. */
export class JobSnoozed extends Error {
  readonly untilMilliseconds: number

  constructor(untilMilliseconds: number) {
    super('the job waits')
    this.name = 'JobSnoozed'
    this.untilMilliseconds = untilMilliseconds
  }
}

/** Thrown by a job that will never succeed, so that it is not tried again. */
export class JobRefused extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'JobRefused'
  }
}

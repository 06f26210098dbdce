import type { RetryPolicy } from '../../kernel/backoff.ts'
import { JobCancelled, JobRefused, JobSnoozed } from '../../kernel/job.ts'
import { limits } from '../../kernel/limits.ts'
import type { FinishedJob, HeldJob, PausedJob } from './types.ts'

/** How long a job waits for a deployment that knows its name and version. */
const UNKNOWN_MILLISECONDS = 300_000

/** How often a worker says that it is still at work: three times in a lease. */
export const HEARTBEAT_MILLISECONDS = limits.events.leaseMilliseconds / 3

/** What becomes of a job that has come to its end. */
export function decideDone(job: HeldJob, result: unknown, now: number): FinishedJob {
  const text = JSON.stringify(result ?? null)
  const fits = text.length <= limits.jobs.resultText
  return {
    ...claimOf(job),
    outcome: 'done',
    state: 'done',
    error: null,
    result: fits ? text : JSON.stringify({ omitted: 'the result is too large to keep' }),
    now,
  }
}

/** What becomes of a job that threw. */
export function decideThrown(
  job: HeldJob,
  retry: RetryPolicy,
  thrown: { readonly error: unknown; readonly text: string },
  now: number,
  random: number,
): FinishedJob | PausedJob {
  const { error, text } = thrown
  const ended = { ...claimOf(job), now, error: text.slice(0, limits.events.errorText) }
  if (error instanceof JobCancelled)
    return { ...ended, outcome: 'cancelled', state: 'cancelled', result: null }
  if (error instanceof JobSnoozed)
    return {
      ...ended,
      outcome: 'failed',
      error: null,
      dueAt: error.untilMilliseconds,
      counts: false,
    }
  if (error instanceof JobRefused || job.attempts >= job.maxAttempts)
    return { ...ended, outcome: 'failed', state: 'dead', result: null }
  const dueAt = now + retry.delay(job.attempts, random)
  return { ...ended, outcome: 'failed', dueAt, counts: true }
}

/** A job that this deployment does not know is kept for one that does. */
export function keepUnknown(job: HeldJob, now: number): PausedJob {
  return {
    ...claimOf(job),
    outcome: 'failed',
    error: `unknown job ${job.name} version ${job.version}`,
    now,
    dueAt: now + UNKNOWN_MILLISECONDS,
    counts: false,
  }
}

function claimOf({ tenantId, id, lease }: HeldJob) {
  return { tenantId, id, lease }
}

import { type RetryPolicy, fullJitter } from '../../kernel/backoff.ts'
import { limits } from '../../kernel/limits.ts'
import type { Failure } from './types.ts'

/** How often an event is given to a subscriber that fails. */
const deliveryRetry: RetryPolicy = fullJitter({
  maxAttempts: limits.events.maxAttempts,
  baseMilliseconds: 1_000,
  capMilliseconds: 900_000,
})

/** How long an event waits for a deployment that knows its type and version. */
const UNKNOWN_MILLISECONDS = 300_000

/** The subscribers that an event is still owed to; null means all. */
export function waitingOf(event: { readonly waiting: string | null }): readonly string[] | null {
  return event.waiting === null ? null : (JSON.parse(event.waiting) as string[]) // -- `failEvent` wrote it
}

/** What becomes of an event that some subscribers have not handled. */
export function decideFailure(
  event: { readonly id: string; readonly lease: string; readonly attempts: number },
  failed: { readonly waiting: readonly string[] | null; readonly error: string },
  now: number,
  random: number,
): Failure {
  const isDead = event.attempts >= deliveryRetry.maxAttempts
  return {
    id: event.id,
    lease: event.lease,
    dueAt: isDead ? now : now + deliveryRetry.delay(event.attempts, random),
    deadAt: isDead ? now : null,
    error: failed.error,
    waiting: failed.waiting,
    counts: true,
  }
}

/** An event that this deployment does not know is kept for one that does. */
export function keepUnknown(
  event: {
    readonly id: string
    readonly lease: string
    readonly type: string
    readonly version: number
    readonly waiting: string | null
  },
  now: number,
): Failure {
  return {
    id: event.id,
    lease: event.lease,
    dueAt: now + UNKNOWN_MILLISECONDS,
    deadAt: null,
    error: `unknown event ${event.type} version ${event.version}`,
    waiting: waitingOf(event),
    counts: false,
  }
}

import type { Clock } from './clock.ts'

/** Keeps calls away from a dependency that has failed too often. */
export interface Breaker {
  /** Whether a call may be made; while half open, one may in each `probeMilliseconds`. */
  allows(): boolean
  succeeded(): void
  failed(): void
}

/** A closed breaker lets calls through, an open one none, a half-open one a try at a time. */
export type BreakerState = 'closed' | 'open' | 'halfOpen'

/** The number of a state in metrics. */
export const BREAKER_LEVELS: Readonly<Record<BreakerState, number>> = {
  closed: 0,
  open: 1,
  halfOpen: 2,
}

/** When a breaker opens, and how it closes again. */
export interface BreakerOptions {
  readonly clock: Clock
  /** Failures in a row that open it. */
  readonly failuresToOpen?: number
  /** How long it stays open before a call is tried. */
  readonly openMilliseconds?: number
  /** How long a try that never answers keeps others from trying. */
  readonly probeMilliseconds?: number
  /** Told of the first state and of each change. */
  readonly onState?: (state: BreakerState) => void
}

/**
 * A breaker made of values only, so that a request that dies with a try cannot keep it open. Five
 * failures in a row open it for 30 seconds, and a try keeps others away for one second, unless told
 * otherwise.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  const {
    clock,
    failuresToOpen = 5,
    openMilliseconds = 30_000,
    probeMilliseconds = 1_000,
  } = options
  let state: BreakerState = 'closed'
  let failures = 0
  let nextTryAt = 0

  const enter = (next: BreakerState, tryAt: number) => {
    state = next
    nextTryAt = tryAt
    options.onState?.(next)
  }
  enter('closed', 0)

  return {
    allows() {
      if (state === 'closed') return true
      const now = clock.now()
      if (now < nextTryAt) return false
      enter('halfOpen', now + probeMilliseconds)
      return true
    },
    succeeded() {
      failures = 0
      if (state !== 'closed') enter('closed', 0)
    },
    failed() {
      failures += 1
      if (state === 'closed' && failures < failuresToOpen) return
      enter('open', clock.now() + openMilliseconds)
    },
  }
}

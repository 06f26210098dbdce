import type { Clock } from '../../../../kernel/clock.ts'
import type { Telemetry } from '../../../../ports/telemetry.ts'

/** Keeps calls away from a dependency that has failed too often. */
export interface Breaker {
  /** Whether a call may be made; while half open, one may in each `PROBE_MILLISECONDS`. */
  allows(): boolean
  succeeded(): void
  failed(): void
}

/** Failures in a row that open the breaker. */
export const FAILURES_TO_OPEN = 5

/** How long it stays open before a call is tried. */
export const OPEN_MILLISECONDS = 30_000

/** How long a try that never answers keeps others from trying. */
export const PROBE_MILLISECONDS = 1_000

const states = { closed: 0, open: 1, halfOpen: 2 } as const

/** A breaker made of values only, so that a request that dies with a try cannot keep it open. */
export function createBreaker(clock: Clock, telemetry: Telemetry): Breaker {
  let state: keyof typeof states = 'closed'
  let failures = 0
  let nextTryAt = 0

  const enter = (next: keyof typeof states, tryAt: number) => {
    state = next
    nextTryAt = tryAt
    telemetry.gauge('rustok_tenant_cache_breaker_state', states[next])
  }
  enter('closed', 0)

  return {
    allows() {
      if (state === 'closed') return true
      const now = clock.now()
      if (now < nextTryAt) return false
      enter('halfOpen', now + PROBE_MILLISECONDS)
      return true
    },
    succeeded() {
      failures = 0
      if (state !== 'closed') enter('closed', 0)
    },
    failed() {
      failures += 1
      if (state === 'closed' && failures < FAILURES_TO_OPEN) return
      enter('open', clock.now() + OPEN_MILLISECONDS)
    },
  }
}

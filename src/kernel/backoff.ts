/** How often, and after which pauses, something that fails is tried. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly maxAttempts: number
  /** Milliseconds to wait after a number of failed tries, from 1 on. `random` lies in [0, 1). */
  readonly delay: (failures: number, random: number) => number
}

/**
 * Exponential backoff with full jitter: a random pause up to a bound that doubles with each failure
 * (AWS Architecture Blog, "Exponential Backoff and Jitter").
 */
export function fullJitter(options: {
  readonly maxAttempts: number
  readonly baseMilliseconds: number
  readonly capMilliseconds: number
}): RetryPolicy {
  const { maxAttempts, baseMilliseconds, capMilliseconds } = options
  return {
    maxAttempts,
    delay: (failures, random) =>
      Math.round(random * Math.min(capMilliseconds, baseMilliseconds * 2 ** (failures - 1))),
  }
}

/** Fixed pauses, each lengthened by up to a tenth so that what failed together does not return together. */
export function stepwise(pauses: readonly number[]): RetryPolicy {
  return {
    maxAttempts: pauses.length + 1,
    delay: (failures, random) =>
      Math.round((pauses[failures - 1] ?? pauses.at(-1) ?? 0) * (1 + random / 10)),
  }
}

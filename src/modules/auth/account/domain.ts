import { limits } from '../../../kernel/limits.ts'

const HOUR = 3_600_000

/** From when on the tokens of a user count for `limits.oneTimeTokens.perHour`. */
export function countedSince(now: number): number {
  return now - HOUR
}

/** Whether a user may be sent another token of a purpose. */
export function mayHaveAnother(count: number): boolean {
  return count < limits.oneTimeTokens.perHour
}

/** Names the hour of an instant, for what is told once in it. */
export function hourOf(now: number): number {
  return Math.floor(now / HOUR)
}

import type { Clock } from './clock.ts'

/** What one run of long work may still do; the next run goes on. */
export interface Budget {
  /** Takes steps of those that are left; false when there are none, no time, or an end was asked for. */
  readonly take: (steps?: number) => boolean
}

/** How much one run may do. */
export interface BudgetSize {
  /** Calls to the platform, which allows 1,000. */
  readonly steps: number
  readonly milliseconds: number
}

/** The budget of one run. */
export function openBudget(
  { clock }: { readonly clock: Clock },
  { steps: all, milliseconds }: BudgetSize,
  signal?: AbortSignal,
): Budget {
  const until = clock.now() + milliseconds
  let left = all
  return {
    take: (steps = 1) => (left -= steps) >= 0 && clock.now() <= until && signal?.aborted !== true,
  }
}

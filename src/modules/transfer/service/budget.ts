import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'

/** What a run may still do. */
export interface Budget {
  /** Takes steps of those that are left; false when there are none, or no time. */
  readonly take: (steps?: number) => boolean
}

/** The budget of one run; the next one goes on. */
export function openBudget(
  { clock }: Pick<Deps, 'clock'>,
  signal: AbortSignal | undefined,
): Budget {
  const until = clock.now() + limits.transfer.milliseconds
  let left: number = limits.transfer.steps
  return {
    take: (steps = 1) => (left -= steps) >= 0 && clock.now() <= until && signal?.aborted !== true,
  }
}

import { limits } from '../../../../kernel/limits.ts'
import type { SweepDefinition } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { sweepRows } from '../../../commit/index.ts'
import { deleteBuckets } from '../repo.ts'

/** What becomes too old of tries. */
export const attemptSweeps: readonly SweepDefinition<Deps>[] = [
  {
    name: 'attempts',
    description: 'Counts of attempts whose window has ended.',
    run: (deps, now, limit) =>
      sweepRows(deps, [deleteBuckets(now - limits.attempts.windowMilliseconds, limit)]),
  },
]

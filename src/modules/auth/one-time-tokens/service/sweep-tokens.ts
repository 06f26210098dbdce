import { limits } from '../../../../kernel/limits.ts'
import type { SweepDefinition } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { sweepRows } from '../../../commit/index.ts'
import { deleteTokens } from '../repo.ts'

/** What becomes too old of tokens. They are counted for an hour after they were made. */
export const tokenSweeps: readonly SweepDefinition<Deps>[] = [
  {
    name: 'tokens',
    description: 'One-time tokens a day after their time.',
    run: (deps, now, limit) =>
      sweepRows(deps, [deleteTokens(now - limits.oneTimeTokens.keptMilliseconds, limit)]),
  },
]

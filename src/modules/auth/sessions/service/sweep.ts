import { limits } from '../../../../kernel/limits.ts'
import type { SweepDefinition } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { sweepRows } from '../../../commit/index.ts'
import { deleteLogins } from '../repo.ts'

const DAY = 86_400_000

/** What becomes too old of the history of log-ins. */
export const loginSweeps: readonly SweepDefinition<Deps>[] = [
  {
    name: 'login-history',
    description: `Log-ins and failed ones, after ${limits.loginHistoryDays} days.`,
    run: (deps, now, limit) =>
      sweepRows(deps, [deleteLogins(now - limits.loginHistoryDays * DAY, limit)]),
  },
]

import type { SweepDefinition } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { sweepRows } from '../../../commit/index.ts'
import { deleteSessions } from '../repo.ts'

/** What becomes too old of log-ins. */
export const sessionSweeps: readonly SweepDefinition<Deps>[] = [
  {
    name: 'sessions',
    description: 'Sessions whose time is over, with their refresh tokens.',
    run: (deps, now, limit) => sweepRows(deps, deleteSessions(now, limit)),
  },
]

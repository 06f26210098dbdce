import type { SweepDefinition } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { sweepRows } from '../../../commit/index.ts'
import { deleteJobs } from '../repo.ts'

const KEPT_DAYS = 30
const DAY = 86_400_000

/** What becomes too old of jobs. */
export const jobSweeps: readonly SweepDefinition<Deps>[] = [
  {
    name: 'jobs',
    description: `Jobs that have ended, with their attempts, after ${KEPT_DAYS} days.`,
    run: (deps, now, limit) => sweepRows(deps, deleteJobs(now - KEPT_DAYS * DAY, limit)),
  },
]

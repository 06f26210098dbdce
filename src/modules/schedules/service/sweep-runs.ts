import type { Deps } from '../../../ports/deps.ts'
import { sweepRows } from '../../commit/index.ts'
import { deleteRuns } from '../repo.ts'

const KEPT_MILLISECONDS = 90 * 86_400_000

/** Removes runs of schedules that are older than 90 days. */
export function sweepRuns(deps: Pick<Deps, 'db'>, now: number, limit: number): Promise<number> {
  return sweepRows(deps, [deleteRuns(now - KEPT_MILLISECONDS, limit)])
}

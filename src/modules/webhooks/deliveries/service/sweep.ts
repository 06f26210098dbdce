import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { sweepDeliveries } from '../repo.ts'

const DAY = 86_400_000

/** Forgets a page of the oldest deliveries that are kept no longer, with their tries. */
export async function sweepLog(
  deps: Pick<Deps, 'db'>,
  now: number,
  limit: number,
): Promise<number> {
  const before = now - limits.webhooks.keptDays * DAY
  const [removed] = await deps.db.bookkeep([sweepDeliveries(before, limit)])
  return removed.length
}

import type { Query } from '../../../kernel/statement.ts'
import type { Deps } from '../../../ports/deps.ts'
import { deleteKeys } from '../repo.ts'

/** A client may repeat a request under its key for this long. */
const KEY_MILLISECONDS = 86_400_000

/**
 * Removes rows whose time is over, as one atomic batch, and tells how many. Nothing tells of them
 * afterwards: no audit row and no event.
 */
export async function sweepRows(
  deps: Pick<Deps, 'db'>,
  statements: readonly Query<{ swept: number }>[],
): Promise<number> {
  return (await deps.db.bookkeep(statements)).flat().length
}

/** Removes idempotency keys that are older than 24 hours. */
export function sweepIdempotencyKeys(
  deps: Pick<Deps, 'db'>,
  now: number,
  limit: number,
): Promise<number> {
  return sweepRows(deps, [deleteKeys(now - KEY_MILLISECONDS, limit)])
}

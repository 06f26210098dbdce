import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { deleteMessages, forgetProps } from '../repo.ts'

const DAY = 86_400_000

/** Forgets what failed mails say, and deletes old ones. Returns how many rows were changed. */
export async function sweepMail(
  deps: Pick<Deps, 'db'>,
  now: number,
  limit: number,
): Promise<number> {
  const { keptDays, resendableDays } = limits.mail
  const [forgotten, deleted] = await deps.db.bookkeep([
    forgetProps(now - resendableDays * DAY, limit),
    deleteMessages(now - keptDays * DAY, limit),
  ])
  return Math.max(forgotten.length, deleted.length)
}

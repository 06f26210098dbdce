import { deployment } from '../../../kernel/deployment.ts'
import type { Deps } from '../../../ports/deps.ts'
import { isCronSilent } from '../domain.ts'
import { beat, findBeat } from '../repo.ts'

/** Notes that cron has ticked. */
export async function noteTick(deps: Pick<Deps, 'db'>, now: number): Promise<void> {
  await deps.db.bookkeep([beat(deployment.id, now)])
}

/**
 * Whether cron ticks: the last tick is not too long ago or, where there was none yet, the first
 * tenant is as young as that.
 */
export async function isCronAlive(deps: Pick<Deps, 'db'>, now: number): Promise<boolean> {
  const found = await deps.db.first(findBeat(deployment.id))
  return found !== undefined && !isCronSilent(found, now)
}

/** When cron has ticked last, in epoch milliseconds; null when it never has. */
export async function lastTickAt(deps: Pick<Deps, 'db'>): Promise<number | null> {
  return (await deps.db.first(findBeat(deployment.id)))?.lastAt ?? null
}

import type { Deps } from '../../../../ports/deps.ts'
import { doomUpload, findDoomed, forgetObjects } from '../repo.ts'
import type { StoredKey } from '../types.ts'

type RemoveDeps = Pick<Deps, 'db' | 'storage'>

/**
 * Gives up an upload: its object goes first, then what is known of it. A fault leaves the rest to the
 * sweep, since whoever waits must hear of something else.
 */
export async function giveUp(
  deps: RemoveDeps & Pick<Deps, 'telemetry'>,
  tenantId: string,
  id: string,
  now: number,
): Promise<void> {
  try {
    const [doomed] = await deps.db.bookkeep([doomUpload(tenantId, id, now)])
    await removeAll(deps, tenantId, doomed)
  } catch (error) {
    deps.telemetry.error('an upload was not cleaned up', error)
  }
}

/** Removes those of the objects that are doomed, from the store and then from the books. */
export async function removeDoomed(
  deps: RemoveDeps,
  tenantId: string,
  ids: readonly string[],
): Promise<number> {
  return removeAll(deps, tenantId, await deps.db.read(findDoomed(tenantId, ids)))
}

/** As `removeDoomed`, of objects that were found to be doomed. At most 1,000. */
export async function removeAll(
  { db, storage }: RemoveDeps,
  tenantId: string,
  doomed: readonly StoredKey[],
): Promise<number> {
  if (doomed.length === 0) return 0
  await storage.delete(doomed.map(({ storageKey }) => storageKey))
  const ids = doomed.map(({ id }) => id)
  const [, gone = []] = await db.bookkeep(forgetObjects(tenantId, ids))
  return gone.length
}

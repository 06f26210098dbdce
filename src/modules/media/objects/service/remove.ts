import type { Query } from '../../../../kernel/statement.ts'
import { extensionOf, fileOfKey, stemOf } from '../../../../kernel/storage-key.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { doomUpload, findDoomed, forgetObjects } from '../repo.ts'
import type { StoredKey } from '../types.ts'

const PICTURES = new Set(['jpg', 'png', 'gif', 'webp', 'avif'])

type RemoveDeps = Pick<Deps, 'db' | 'storage'>

/**
 * Gives up an upload: its object goes first, then what is known of it; `beside` is noted with the
 * decision. A fault leaves the rest to the sweep, since whoever waits must hear of something else.
 */
export async function giveUp(
  deps: RemoveDeps & Pick<Deps, 'telemetry'>,
  tenantId: string,
  id: string,
  now: number,
  beside: readonly Query<unknown>[] = [],
): Promise<void> {
  try {
    const [doomed] = await deps.db.bookkeep([doomUpload(tenantId, id, now), ...beside])
    await removeOwn(deps, tenantId, doomed)
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

/**
 * As `removeDoomed`, of objects that were found to be doomed, with what was made of pictures. At most
 * 1,000.
 */
export async function removeAll(
  deps: RemoveDeps,
  tenantId: string,
  doomed: readonly StoredKey[],
): Promise<number> {
  await removeVariants(deps, doomed)
  return removeOwn(deps, tenantId, doomed)
}

/** A variant that is made right now is left: the search for strays finds it. */
async function removeVariants(
  { storage }: RemoveDeps,
  doomed: readonly StoredKey[],
): Promise<void> {
  for (const { storageKey } of doomed) {
    if (!PICTURES.has(extensionOf(storageKey) ?? '')) continue
    const { objects } = await storage.list({ prefix: stemOf(storageKey) })
    const variants = objects.map(({ key }) => key).filter((key) => fileOfKey(key)?.isDerived)
    if (variants.length > 0) await storage.delete(variants)
  }
}

async function removeOwn(
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

import { limits } from '../../../../kernel/limits.ts'
import { fileOfKey } from '../../../../kernel/storage-key.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { doomStale, findKnown, findOwed, findWalk, noteWalk } from '../repo.ts'
import { removeAll } from './remove.ts'

type SweepDeps = Pick<Deps, 'db' | 'storage'>

/**
 * Removes objects of uploads that have not ended after a day and those that were to be removed before,
 * with what is known of them. Tells how many.
 */
export async function sweepObjects(deps: SweepDeps, now: number, limit: number): Promise<number> {
  await deps.db.bookkeep([doomStale(now - limits.media.uploadMilliseconds, now, limit)])
  const owed = await deps.db.read(findOwed(Math.min(limit, limits.storage.removed)))
  let removed = 0
  for (const [tenantId, doomed] of Map.groupBy(owed, (object) => object.tenantId))
    removed += await removeAll(deps, tenantId, doomed)
  return removed
}

/**
 * Removes objects of the store that no tenant’s books know and that are older than a day: what a
 * restored database has never heard of, and variants whose original is gone. Each tenant is looked at once a day, page by page, as many
 * pages as `limits.media.walkPages`. Tells how many objects were removed.
 */
export async function sweepStrays(deps: SweepDeps, now: number, limit: number): Promise<number> {
  const before = now - limits.media.uploadMilliseconds
  let removed = 0
  for (let page = 0; page < limits.media.walkPages && removed < limit; page++) {
    const walk = await deps.db.first(findWalk(before))
    if (!walk) break
    removed += await walkPage(deps, walk, before, now)
  }
  return removed
}

async function walkPage(
  { db, storage }: SweepDeps,
  { tenantId, cursor }: { readonly tenantId: string; readonly cursor: string | null },
  before: number,
  now: number,
): Promise<number> {
  // Keys of the media begin with a year; whatever else a tenant keeps in the store does not.
  const prefix = `${tenantId}/2`
  const page = await storage.list({ prefix, ...(cursor === null ? {} : { cursor }) })
  const old = page.objects.flatMap(({ key, uploadedAt }) => {
    const id = fileOfKey(key)?.id
    return id !== undefined && uploadedAt < before ? [{ key, id }] : []
  })
  const known =
    old.length === 0
      ? []
      : await db.read(findKnown(tenantId, [...new Set(old.map(({ id }) => id))]))
  const ids = new Set(known.map(({ id }) => id))
  const strays = old.filter(({ id }) => !ids.has(id)).map(({ key }) => key)
  if (strays.length > 0) await storage.delete(strays)
  await db.bookkeep([noteWalk(tenantId, page.cursor, now)])
  return strays.length
}

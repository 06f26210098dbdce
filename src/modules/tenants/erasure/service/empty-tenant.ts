import { type Budget, openBudget } from '../../../../kernel/budget.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Statement } from '../../../../kernel/statement.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { eraseRows, tablesInUse, tenantTables } from '../../../commit/index.ts'
import type { LateErasure } from '../schemas.ts'

/**
 * Removes all rows of a tenant beside its own, page by page, until a look at every table finds none,
 * and then its objects. `tally` goes with each page. False when the budget ended first.
 */
export async function emptyTenant(
  deps: Pick<Deps, 'db' | 'modules' | 'storage' | 'forgetMails'>,
  tenantId: string,
  budget: Budget,
  tally: (table: string) => readonly Statement[],
): Promise<boolean> {
  const tables = await tenantTables(deps)
  let used = await tablesInUse(deps, tables, tenantId)
  while (used.length > 0) {
    for (const table of used) {
      let erased: number
      do {
        if (!budget.take()) return false
        erased = await eraseRows(deps, table, tenantId, tally(table.name))
      } while (erased >= limits.erasure.page)
    }
    used = await tablesInUse(deps, tables, tenantId)
  }
  await deps.forgetMails(tenantId)
  do {
    if (!budget.take()) return false
  } while ((await eraseObjects(deps, tenantId)) > 0)
  return true
}

/** Removes a page of a tenant’s objects from the store and tells how many; none means that none is left. */
async function eraseObjects({ storage }: Pick<Deps, 'storage'>, tenantId: string): Promise<number> {
  const { objects } = await storage.list({ prefix: `${tenantId}/` })
  if (objects.length > 0) await storage.delete(objects.map(({ key }) => key))
  return objects.length
}

/**
 * Removes what isolates have written for an erased tenant that did not know of its end yet. Throws
 * when there is more than one run removes.
 */
export async function eraseLate(
  deps: Deps,
  { tenantId, shard }: LateErasure,
): Promise<{ tenantId: string }> {
  const there = { ...deps, db: deps.shards.openUngated(shard) }
  if (!(await emptyTenant(there, tenantId, openBudget(deps, limits.erasure), () => [])))
    throw new Error('more is left than one run erases')
  return { tenantId }
}

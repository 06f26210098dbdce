import { limits } from '../../../../kernel/limits.ts'
import type { Statement } from '../../../../kernel/statement.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { commitTables } from '../../domain.ts'
import { type KeyedTable, deleteRows, findKeys, findRow } from '../repo.ts'

/**
 * The tables of which a tenant may have rows, children first, beside `tenants` itself: what commits
 * leave behind, and those of the modules, of which the later may refer to the earlier.
 */
export async function tenantTables({
  db,
  modules,
}: Pick<Deps, 'db' | 'modules'>): Promise<KeyedTable[]> {
  const names = [...commitTables, ...modules.toReversed().flatMap(({ tables }) => tables)]
  const columns = await db.read(findKeys(names))
  return names
    .filter((name) => name !== 'tenants')
    .map((name) => ({
      name,
      key: columns.filter((each) => each.name === name).map(({ column }) => column),
    }))
}

/**
 * Removes at most `limits.erasure.page` rows of a tenant from a table and tells how many; fewer means
 * that none is left. `after` is a statement of the same batch that may ask for `changes()`. Nothing
 * tells of it afterwards: no audit row and no event.
 */
export async function eraseRows(
  deps: Pick<Deps, 'db'>,
  table: KeyedTable,
  tenantId: string,
  after: readonly Statement[],
): Promise<number> {
  const page = (each: KeyedTable) => deleteRows(each, tenantId, limits.erasure.page)
  // The tick may have given the chain an end again, which keeps its entries.
  const before = table.name === 'audit_log' ? [page(AUDIT_HEADS)] : []
  const results = await deps.db.bookkeep([...before, page(table), ...after])
  return results[before.length]?.length ?? 0
}

const AUDIT_HEADS: KeyedTable = { name: 'audit_heads', key: ['tenant_id'] }

/** Those of the tables that have rows of a tenant; one round trip. */
export async function tablesInUse(
  { db }: Pick<Deps, 'db'>,
  tables: readonly KeyedTable[],
  tenantId: string,
): Promise<KeyedTable[]> {
  const found = await Promise.all(tables.map((table) => db.first(findRow(table, tenantId))))
  return tables.filter((_, index) => found[index] !== undefined)
}

/** Does what is to be done to a tenant's row where no commit can: on another shard than the caller's. */
export async function settleTenant({ db }: Pick<Deps, 'db'>, statement: Statement): Promise<void> {
  await db.bookkeep([statement])
}

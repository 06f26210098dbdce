import { sql } from 'drizzle-orm'
import { sqliteTable } from 'drizzle-orm/sqlite-core'
import { type Query, builder, prepareEach } from '../../../kernel/statement.ts'

/** A table with the columns of its primary key. */
export interface KeyedTable {
  readonly name: string
  readonly key: readonly string[]
}

/** The columns of the primary keys of tables. */
export function findKeys(names: readonly string[]): Query<{ name: string; column: string }> {
  return {
    sql: `SELECT given.value AS name, info.name AS "column"
      FROM json_each(?1) given JOIN pragma_table_info(given.value) info WHERE info.pk > 0`,
    params: [JSON.stringify(names)],
  }
}

const deleteSome = prepareEach(({ name, key }: KeyedTable, bind) => {
  const columns = sql.join(
    key.map((column) => sql.identifier(column)),
    sql`, `,
  )
  return builder
    .delete(sqliteTable(name, {}))
    .where(
      sql`(${columns}) IN (SELECT ${columns} FROM ${sql.identifier(name)}
        WHERE tenant_id = ${bind('tenantId')} LIMIT ${bind('limit')})`,
    )
    .returning({ erased: sql<number>`1`.as('erased') })
})

/** Removes at most `limit` rows of a tenant from a table. The name and the key come from the schema. */
export function deleteRows(
  table: KeyedTable,
  tenantId: string,
  limit: number,
): Query<{ erased: number }> {
  return deleteSome(table, { tenantId, limit })
}

const findOne = prepareEach(({ name }: KeyedTable, bind) =>
  builder
    .select({ left: sql<number>`1`.as('left') })
    .from(sqliteTable(name, {}))
    .where(sql`tenant_id = ${bind('tenantId')}`)
    .limit(1),
)

/** One row when the tenant has any in the table. */
export function findRow(table: KeyedTable, tenantId: string): Query<{ left: number }> {
  return findOne(table, { tenantId })
}

import { env } from 'cloudflare:workers'
import { type RunQuery, type TableShape, shapeOfDatabase } from '../../../scripts/check/schema.ts'

/** Rows of a query on the test database. */
export const runQuery: RunQuery = async (sql) => {
  const { results } = await env.DB.prepare(sql).all<Record<string, unknown>>()
  return results
}

let shape: TableShape[] | undefined

/** The tables of the test database. */
export async function tablesOfDatabase(): Promise<TableShape[]> {
  shape ??= await shapeOfDatabase(runQuery)
  return shape
}

/** Everything that is stored for the tenants, as one text: equal texts say that nothing was written. */
export async function contentsOf(tenantIds: readonly string[]): Promise<string> {
  const tables = await tablesOfDatabase()
  const owned = tables.filter(({ columns }) => columns.some((c) => c.startsWith('tenant_id ')))
  const marks = tenantIds.map(() => '?').join(', ')
  const answers = await env.DB.batch(
    [
      ...owned.map(({ name }) => `SELECT * FROM ${name} WHERE tenant_id IN (${marks})`),
      `SELECT * FROM tenants WHERE id IN (${marks})`,
    ].map((sql) => env.DB.prepare(sql).bind(...tenantIds)),
  )
  return JSON.stringify(answers.map(({ results }) => results))
}

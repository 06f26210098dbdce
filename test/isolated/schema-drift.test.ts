/// <reference types="vite/types/importMeta.d.ts" />
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { expect, it } from 'vitest'
import { driftFindings } from '../../scripts/check/drift.ts'
import { shapeOfTable } from '../../scripts/check/schema.ts'
import { tenantLedFindings } from '../../scripts/check/tenant-led.ts'
import { runQuery, tablesOfDatabase } from '../suites/support/database.ts'

const files = import.meta.glob<Record<string, unknown>>('../../src/modules/**/tables.ts', {
  eager: true,
})

/** Every table of every tables.ts. */
function declaredTables() {
  return Object.entries(files).flatMap(([path, exported]) =>
    Object.values(exported)
      .filter((value) => value instanceof SQLiteTable)
      .map((table) => shapeOfTable(table, /modules\/([^/]+)\//.exec(path)?.[1] ?? '')),
  )
}

it('the migrations make on D1, from zero, the tables that the code believes in', async () => {
  const declared = declaredTables()
  expect(declared.length).toBeGreaterThan(10)
  expect(driftFindings(await tablesOfDatabase(), declared)).toEqual([])
})

it('every key of a tenant’s table begins with the tenant', async () => {
  expect(tenantLedFindings(await tablesOfDatabase())).toEqual([])
})

it('no row refers to one that is not there', async () => {
  expect(await runQuery('SELECT * FROM pragma_foreign_key_check')).toEqual([])
})

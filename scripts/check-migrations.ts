import { readFile, writeFile } from 'node:fs/promises'
import { type Client, createClient } from '@libsql/client/web'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as z from 'zod'
import { driftFindings } from './check/drift.ts'
import { type Finding, report } from './check/finding.ts'
import { RELEASED, migrationFindings, releaseAll } from './check/migrations.ts'
import { type TableShape, shapeOfDatabase, shapeOfTable } from './check/schema.ts'
import { type SourceFile, filesIn, sourcesIn } from './check/source.ts'
import { tenantLedFindings } from './check/tenant-led.ts'
import { startSqld } from './sqld.ts'
import { runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'

const help = `Usage: node scripts/check-migrations.ts [--release]

Migrations are numbered and portable, those of a release never change, and from zero on a fresh
libSQL server they make the tables of every tables.ts. (The tests do the same on D1.)
--release notes the migrations of the folder as released.`

const releasedSchema = z.record(z.string(), z.string())

async function declaredTables(): Promise<TableShape[]> {
  const files = (await sourcesIn('src')).filter(({ path }) => path.endsWith('/tables.ts'))
  const shapes = await Promise.all(
    files.map(async ({ path }) => {
      const exported: Record<string, unknown> = await import(inRoot(path))
      const tables = Object.values(exported).filter((value) => value instanceof SQLiteTable)
      return tables.map((table) => shapeOfTable(table, path.split('/')[2] ?? ''))
    }),
  )
  return shapes.flat()
}

async function migrate(client: Client, migrations: readonly SourceFile[]): Promise<TableShape[]> {
  for (const { text } of migrations) await client.executeMultiple(text)
  return shapeOfDatabase(async (sql) => {
    const { rows, columns } = await client.execute(sql)
    return rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column, row[index]])),
    )
  })
}

async function fromZero(migrations: readonly SourceFile[]): Promise<Finding[]> {
  const sqld = await startSqld()
  try {
    const client = createClient({ url: sqld.url, intMode: 'number' })
    const made = await migrate(client, migrations)
    return [...driftFindings(made, await declaredTables()), ...tenantLedFindings(made)]
  } finally {
    await sqld.stop()
  }
}

async function main(): Promise<number> {
  const files = await filesIn('migrations')
  if (process.argv.includes('--release')) {
    await writeFile(inRoot(RELEASED), `${JSON.stringify(releaseAll(files), null, 2)}\n`)
    return 0
  }
  const released = releasedSchema.parse(JSON.parse(await readFile(inRoot(RELEASED), 'utf8')))
  const findings = migrationFindings(files, released)
  if (findings.length > 0) return report(findings)
  return report(await fromZero(files.filter(({ path }) => path.endsWith('.sql'))))
}

await runMain(help, main)

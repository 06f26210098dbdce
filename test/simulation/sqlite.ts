import { readFileSync, readdirSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { inRoot } from '../../scripts/support/paths.ts'
import { classifyDatabaseError } from '../../src/adapters/database/errors.ts'
import type { Row, SqlDriver, StatementResult } from '../../src/ports/database.ts'
import type { Statement } from '../../src/kernel/statement.ts'

const migrations = readdirSync(inRoot('migrations'))
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(inRoot('migrations', name), 'utf8'))

/** SQLite in memory with all migrations, behind the port of D1 and libSQL: one call is one transaction. */
export function createSqliteDriver(tables: string): SqlDriver {
  const database = new DatabaseSync(':memory:')
  for (const migration of migrations) database.exec(migration)
  database.exec(tables)
  const prepared = new Map<string, StatementSync>()
  const run = ({ sql, params }: Statement): StatementResult => {
    let statement = prepared.get(sql)
    if (!statement) {
      statement = database.prepare(sql)
      prepared.set(sql, statement)
    }
    // -- SQLite gives objects by column name
    const rows = statement.all(...params) as Row[]
    return { rows, rowsRead: 0, rowsWritten: 0 }
  }
  return {
    async batch(statements) {
      database.exec('BEGIN IMMEDIATE')
      try {
        const results = statements.map(run)
        database.exec('COMMIT')
        return results
      } catch (error) {
        database.exec('ROLLBACK')
        throw classifyDatabaseError(error)
      }
    },
  }
}

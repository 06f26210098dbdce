import { type Client, type ResultSet, createClient } from '@libsql/client/web'
import type { SqlDriver, StatementResult } from '../../ports/database.ts'
import { classifyDatabaseError } from './errors.ts'

/** A libSQL server (sqld, Turso) over HTTP. */
export function createLibsqlDriver(config: { url: string; authToken?: string }): SqlDriver {
  const client: Client = createClient({ ...config, intMode: 'number' })
  return {
    async batch(statements, mode) {
      try {
        const inputs = statements.map(({ sql, params }) => ({ sql, args: [...params] }))
        return (await client.batch(inputs, mode)).map(toResult)
      } catch (error) {
        throw classifyDatabaseError(error)
      }
    },
  }
}

function toResult(result: ResultSet): StatementResult {
  const rows = result.rows.map((row) =>
    Object.fromEntries(result.columns.map((column, index) => [column, row[index]])),
  )
  return { rows, rowsRead: 0, rowsWritten: result.rowsAffected }
}

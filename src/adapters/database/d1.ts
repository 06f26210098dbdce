import type { Statement } from '../../kernel/statement.ts'
import type { Row, SqlDriver, StatementResult } from '../../ports/database.ts'
import { classifyDatabaseError } from './errors.ts'

/** Cloudflare D1 through its binding. One `batch()` is one implicit transaction. */
export function createD1Driver(binding: D1Database): SqlDriver {
  return {
    async batch(statements) {
      try {
        const prepared = statements.map((statement) => bind(binding, statement))
        const [only] = prepared
        const results =
          only && prepared.length === 1
            ? [await only.all<Row>()]
            : await binding.batch<Row>(prepared)
        return results.map(toResult)
      } catch (error) {
        throw classifyDatabaseError(error)
      }
    },
  }
}

function bind(binding: D1Database, statement: Statement): D1PreparedStatement {
  const prepared = binding.prepare(statement.sql)
  return statement.params.length > 0 ? prepared.bind(...statement.params) : prepared
}

function toResult(result: D1Result<Row>): StatementResult {
  return {
    rows: result.results,
    rowsRead: result.meta.rows_read,
    rowsWritten: result.meta.rows_written,
  }
}

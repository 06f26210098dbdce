import type { Statement } from '../../kernel/statement.ts'
import type { SqlDriver } from '../../ports/database.ts'
import type { Span, Tracing } from '../../ports/tracing.ts'

/** A driver whose batches are spans. They tell how much was asked and given, never what. */
export function traceDriver(driver: SqlDriver, shard: string, tracing: Tracing): SqlDriver {
  return {
    batch: (statements, mode) =>
      tracing.span('database.batch', (span) =>
        span.isRecorded
          ? tell(driver, { shard, statements, mode }, span)
          : driver.batch(statements, mode),
      ),
  }
}

interface Batch {
  readonly shard: string
  readonly statements: readonly Statement[]
  readonly mode: 'read' | 'write'
}

async function tell(driver: SqlDriver, { shard, statements, mode }: Batch, span: Span) {
  span.set('db.system.name', 'sqlite')
  span.set('db.namespace', shard)
  span.set('db.operation.name', mode)
  span.set('db.operation.batch.size', statements.length)
  const results = await driver.batch(statements, mode)
  span.set('rustok.db.rows_read', total(results.map(({ rowsRead }) => rowsRead)))
  span.set('rustok.db.rows_written', total(results.map(({ rowsWritten }) => rowsWritten)))
  return results
}

function total(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0)
}

import { type ResultSet, createClient } from '@libsql/client/http'
import * as z from 'zod'
import type { SqlDriver, StatementResult } from '../../ports/database.ts'
import { classifyDatabaseError } from './errors.ts'

type Cost = Pick<StatementResult, 'rowsRead' | 'rowsWritten'>

/**
 * A libSQL server (sqld, Turso) over HTTP. Each batch has a client of its own: a shared one queues
 * calls behind those of other requests, which workerd does not allow to wake each other.
 */
export function createLibsqlDriver(config: { url: string; authToken?: string }): SqlDriver {
  return {
    async batch(statements, mode) {
      const meter = createMeter()
      try {
        const client = createClient({ ...config, intMode: 'number', fetch: meter.fetch })
        const inputs = statements.map(({ sql, params }) => ({ sql, args: [...params] }))
        const results = await client.batch(inputs, mode)
        const costs = await meter.costs()
        return results.map((result, index) => toResult(result, costs[index]))
      } catch (error) {
        throw classifyDatabaseError(error)
      }
    },
  }
}

function toResult(
  result: ResultSet,
  cost: Cost = { rowsRead: 0, rowsWritten: 0 },
): StatementResult {
  const rows = result.rows.map((row) =>
    Object.fromEntries(result.columns.map((column, index) => [column, row[index]])),
  )
  return { rows, ...cost }
}

const stepSchema = z
  .object({ rows_read: z.number().default(0), rows_written: z.number().default(0) })
  .transform((step): Cost => ({ rowsRead: step.rows_read, rowsWritten: step.rows_written }))

const answerSchema = z.object({
  results: z.array(
    z.object({
      response: z.object({
        result: z.object({ step_results: z.array(stepSchema.nullable()) }).optional(),
      }),
    }),
  ),
})

/** Reads from the server's answer (Hrana 2 over HTTP) the row counts that the client leaves out. */
function createMeter() {
  let answer: Promise<unknown> | undefined
  return {
    fetch: async (request: Request): Promise<Response> => {
      const response = await fetch(request)
      if (response.ok)
        answer = response
          .clone()
          .json()
          .catch(() => undefined)
      return response
    },
    /** What each statement cost; the client puts BEGIN before the first one. */
    async costs(): Promise<readonly (Cost | undefined)[]> {
      const { data } = answerSchema.safeParse(await answer)
      const steps = data?.results.flatMap(({ response }) => response.result?.step_results ?? [])
      return (steps ?? []).slice(1).map((step) => step ?? undefined)
    },
  }
}

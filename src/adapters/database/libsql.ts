import * as z from 'zod'
import type { SqlValue, Statement } from '../../kernel/statement.ts'
import {
  DatabaseError,
  type Row,
  type SqlDriver,
  type StatementResult,
} from '../../ports/database.ts'
import { classifyDatabaseError } from './errors.ts'

/** Where a libSQL server is. */
export interface LibsqlConfig {
  /** `https:`, `http:`, or `libsql:` for the first. */
  readonly url: string
  readonly authToken?: string
}

/**
 * A libSQL server (sqld, Turso) by Hrana 2 over HTTP (github.com/tursodatabase/libsql, file
 * docs/HTTP_V2_SPEC.md). A batch is one request: a transaction whose steps each hang on the one before.
 */
export function createLibsqlDriver({ url, authToken }: LibsqlConfig): SqlDriver {
  const base = url.replace(/^libsql:/, 'https:').replace(/\/*$/, '/')
  const endpoint = new URL('v2/pipeline', base)
  const headers = {
    'content-type': 'application/json',
    ...(authToken === undefined ? {} : { authorization: `Bearer ${authToken}` }),
  }
  return {
    async batch(statements, mode) {
      try {
        const body = JSON.stringify(requestOf(statements, mode))
        const response = await fetch(endpoint, { method: 'POST', headers, body })
        if (!response.ok) throw new Error(`HTTP status ${response.status}`)
        return resultsOf(await answerOf(response), statements.length)
      } catch (error) {
        throw classifyDatabaseError(error)
      }
    },
  }
}

const BEGIN = { read: 'BEGIN TRANSACTION READONLY', write: 'BEGIN IMMEDIATE' } as const

function requestOf(statements: readonly Statement[], mode: keyof typeof BEGIN) {
  const after = (step: number) => ({ type: 'ok', step })
  const commit = statements.length + 1
  const steps = [
    { stmt: { sql: BEGIN[mode], want_rows: false } },
    ...statements.map(({ sql, params }, index) => ({
      condition: after(index),
      stmt: { sql, args: params.map(toHrana), want_rows: true },
    })),
    { condition: after(commit - 1), stmt: { sql: 'COMMIT', want_rows: false } },
    {
      condition: { type: 'not', cond: after(commit) },
      stmt: { sql: 'ROLLBACK', want_rows: false },
    },
  ]
  return { baton: null, requests: [{ type: 'batch', batch: { steps } }, { type: 'close' }] }
}

/** Numbers are bound as D1 binds them. */
function toHrana(value: SqlValue) {
  if (value === null) return { type: 'null' }
  return typeof value === 'number' ? { type: 'float', value } : { type: 'text', value }
}

const valueSchema = z.union([
  z.object({ type: z.literal('null') }).transform(() => null),
  z
    .object({ type: z.literal('integer'), value: z.coerce.number() })
    .refine(({ value }) => Number.isSafeInteger(value))
    .transform(({ value }) => value),
  z
    .object({ type: z.enum(['float', 'text']), value: z.union([z.number(), z.string()]) })
    .transform(({ value }) => value),
])

const stepSchema = z.object({
  cols: z.array(z.object({ name: z.string() })),
  rows: z.array(z.array(valueSchema)),
  rows_read: z.number().default(0),
  rows_written: z.number().default(0),
})

const errorSchema = z.object({ message: z.string(), code: z.string().nullish() })

const batchSchema = z.object({
  step_results: z.array(stepSchema.nullable()),
  step_errors: z.array(errorSchema.nullable()),
})

const answerSchema = z
  .object({
    results: z.array(
      z.union([
        z.object({ type: z.literal('error'), error: errorSchema }),
        z.object({ type: z.literal('ok'), response: z.unknown() }),
      ]),
    ),
  })
  .transform(({ results: [batch] }) => batch)

type Batch = z.infer<typeof batchSchema>

/** What became of the batch. Nobody knows when the answer cannot be read. */
async function answerOf(response: Response): Promise<Batch> {
  const body: unknown = await response.json().catch(unreadable)
  const answer = answerSchema.safeParse(body).data ?? unreadable()
  if (answer.type === 'error') throw failureOf(answer.error)
  const { data } = z.object({ result: batchSchema }).safeParse(answer.response)
  return data?.result ?? unreadable()
}

function unreadable(cause?: unknown): never {
  throw new DatabaseError({ kind: 'unavailable' }, cause)
}

function resultsOf({ step_results, step_errors }: Batch, count: number): StatementResult[] {
  const error = step_errors.find((one) => one !== null)
  if (error) throw failureOf(error)
  return step_results.slice(1, count + 1).map((step) => {
    if (!step) throw new Error('a step was left out')
    return { rows: rowsOf(step), rowsRead: step.rows_read, rowsWritten: step.rows_written }
  })
}

function rowsOf({ cols, rows }: z.infer<typeof stepSchema>): Row[] {
  return rows.map((row) =>
    Object.fromEntries(cols.map(({ name }, index) => [name, row[index] ?? null])),
  )
}

function failureOf({ code, message }: z.infer<typeof errorSchema>): Error {
  return new Error(`${code ?? 'UNKNOWN'}: ${message}`)
}

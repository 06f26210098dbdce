import type { Query, Statement } from '../../kernel/statement.ts'
import {
  type Database,
  DatabaseError,
  type DatabaseStats,
  type Gate,
  type Row,
  type RowsOf,
  type SqlDriver,
  type StatementResult,
} from '../../ports/database.ts'

/** How long and how often a call is tried. */
export interface DatabaseOptions {
  readonly timeoutMilliseconds: number
  /** Tries after the first, for faults that pass. */
  readonly retries: number
  readonly gates?: readonly Gate[]
  /** A number in [0, 1) for the jitter between tries. */
  readonly random: () => number
}

interface PendingRead {
  readonly query: Query<unknown>
  readonly resolve: (rows: readonly Row[]) => void
  readonly reject: (error: unknown) => void
}

const READS = /^\s*(?:select|with)\b/i

/** Opens the database of one request over a driver. */
export function openDatabase(driver: SqlDriver, options: DatabaseOptions): Database {
  const stats = { roundTrips: 0, rowsRead: 0, rowsWritten: 0 }
  const gates = createGates(options.gates ?? [])
  let pending: PendingRead[] = []

  const attempt = countingAttempts(driver, options, stats)

  const send = (queries: readonly Query<unknown>[]) =>
    gates.pass(queries, (statements) => retry(options, () => attempt(statements, 'read')))

  const bookkeep = async (queries: readonly Query<unknown>[]) => {
    try {
      const run = (statements: readonly Statement[]) =>
        attempt([...statements, ...gates.guards], 'write')
      return (await gates.pass(queries, run)).slice(0, queries.length)
    } catch (error) {
      if (gates.guards.length === 0 || !isRefused(error)) throw error
      // A guard aborts in the words of the database: the gates tell what it means.
      gates.close()
      await send([])
      throw error
    }
  }

  const flush = async () => {
    const reads = pending
    pending = []
    try {
      const results = await send(reads.map((read) => read.query))
      for (const [index, read] of reads.entries()) read.resolve(results[index]?.rows ?? [])
    } catch (error) {
      for (const read of reads) read.reject(error)
    }
  }

  const read = <R>(query: Query<R>): Promise<R[]> =>
    new Promise<R[]>((resolve, reject) => {
      // A change that came this way would have neither guard nor event, and be tried again.
      if (!READS.test(query.sql)) throw new TypeError('a read is a SELECT')
      // -- the query's type says what its rows are; the repository that built it owns that promise
      pending.push({ query, resolve: (rows) => resolve(rows as R[]), reject })
      if (pending.length === 1) afterThisTick(flush)
    })

  return {
    read,
    first: async (query) => (await read(query))[0],
    write: ([proof, ...statements], appliedBy) =>
      // A first try that was written is told by the proof before its own effects break a guard.
      writeOnce(options, appliedBy, () =>
        attempt([proof, ...gates.guards, ...statements], 'write'),
      ),
    bookkeep: async (queries) => rowsOf<typeof queries>(await bookkeep(queries)),
    async confirm() {
      if (gates.areClosed()) await send([])
    },
    stats: () => ({ ...stats }),
  }
}

type Run = (statements: readonly Statement[]) => Promise<readonly StatementResult[]>

/** The gates of a request: the first batch that they let pass opens them. */
function createGates(all: readonly Gate[]) {
  let closed = all
  return {
    guards: all.flatMap((gate) => gate.guard ?? []),
    areClosed: () => closed.length > 0,
    close: () => void (closed = all),
    /** Runs the queries behind the closed gates and gives their results alone. */
    async pass(queries: readonly Query<unknown>[], run: Run) {
      const riding = closed
      const results = await run([...riding.map((gate) => gate.query), ...queries])
      for (const [index, gate] of riding.entries()) gate.check(results[index]?.rows ?? [])
      // A gate that has not let anything pass rides along with the next batch too.
      closed = []
      return results.slice(riding.length)
    },
  }
}

/** Tries a write again after a fault that passes; a second try finds out that the first was written. */
async function writeOnce(
  options: DatabaseOptions,
  appliedBy: string,
  attempt: () => Promise<readonly StatementResult[]>,
): Promise<void> {
  let tries = 0
  await retry(options, async () => {
    tries += 1
    try {
      return await attempt()
    } catch (error) {
      if (tries > 1 && isConstraint(error, appliedBy)) return []
      throw error
    }
  })
}

function rowsOf<Queries extends readonly Query<unknown>[]>(results: readonly StatementResult[]) {
  // -- the query's type says what its rows are; the repository that built it owns that promise
  return results.map(({ rows }) => rows) as RowsOf<Queries>
}

/** One try of a batch, with its cost added to the request's. */
function countingAttempts(
  driver: SqlDriver,
  options: DatabaseOptions,
  stats: { -readonly [Figure in keyof DatabaseStats]: DatabaseStats[Figure] },
) {
  return async (statements: readonly Statement[], mode: 'read' | 'write') => {
    stats.roundTrips += 1
    const results = await withTimeout(driver.batch(statements, mode), options.timeoutMilliseconds)
    for (const result of results) {
      stats.rowsRead += result.rowsRead
      stats.rowsWritten += result.rowsWritten
    }
    return results
  }
}

/** Runs after the promise callbacks that are already due, so that their reads join the batch. */
function afterThisTick(run: () => Promise<void>): void {
  // Promise callbacks cost less than `queueMicrotask` does in workerd.
  void Promise.resolve().then(pass).then(pass).then(run)
}

function pass(): void {}

async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseError({ kind: 'unavailable' })), milliseconds)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}

async function retry(
  options: DatabaseOptions,
  attempt: () => Promise<readonly StatementResult[]>,
): Promise<readonly StatementResult[]> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      const passing = error instanceof DatabaseError && error.failure.kind === 'unavailable'
      if (!passing || tries >= options.retries) throw error
      await new Promise((resolve) => setTimeout(resolve, options.random() * 50 * 2 ** tries))
    }
  }
}

function isConstraint(error: unknown, name: string): boolean {
  return isRefused(error) && error.failure.name === name
}

function isRefused(
  error: unknown,
): error is DatabaseError & { failure: { readonly kind: 'constraint' } } {
  return error instanceof DatabaseError && error.failure.kind === 'constraint'
}

import type { Query, Statement } from '../kernel/statement.ts'

/** A row as the driver returns it. */
export type Row = Readonly<Record<string, unknown>>

/** What one statement gave and cost. */
export interface StatementResult {
  readonly rows: readonly Row[]
  /** Rows that the engine scanned and wrote, where the driver tells. */
  readonly rowsRead: number
  readonly rowsWritten: number
}

/** The lowest door to a SQL engine: one call is one round trip and one atomic unit. */
export interface SqlDriver {
  /** Runs all statements or none. Throws `DatabaseError`. */
  batch(
    statements: readonly Statement[],
    mode: 'read' | 'write',
  ): Promise<readonly StatementResult[]>
}

/** Why a database call failed. */
export type DatabaseFailure =
  /** A named constraint refused the batch; nothing was written. */
  | {
      readonly kind: 'constraint'
      readonly type: 'check' | 'unique' | 'foreign_key' | 'other'
      readonly name: string
    }
  /** No answer, or a passing fault. A write may or may not have been done. */
  | { readonly kind: 'unavailable' }
  /** A fault of ours: bad SQL, a limit, a full disk. */
  | { readonly kind: 'fatal' }

/** A failed database call. The message holds no SQL and no parameters. */
export class DatabaseError extends Error {
  readonly failure: DatabaseFailure

  constructor(failure: DatabaseFailure, cause?: unknown) {
    super(`database: ${failure.kind}${failure.kind === 'constraint' ? ` ${failure.name}` : ''}`, {
      cause,
    })
    this.name = 'DatabaseError'
    this.failure = failure
  }
}

/** What a request has cost so far. */
export interface DatabaseStats {
  readonly roundTrips: number
  readonly rowsRead: number
  readonly rowsWritten: number
}

/**
 * The database of one request.
 *
 * Reads asked for in the same tick leave as one batch. The gates given at its making ride along with
 * the first read, and their guards with every write, so that nothing is read or written for a
 * session that has ended.
 */
export interface Database {
  read<R>(query: Query<R>): Promise<R[]>
  /** As `read`, for at most one row. */
  first<R>(query: Query<R>): Promise<R | undefined>
  /**
   * Writes all statements or none, in one round trip. Called by `modules/commit` alone.
   * `appliedBy` names the unique constraint by which the first statement proves, after a lost
   * answer, that a first attempt had been written.
   */
  write(
    statements: readonly [proof: Statement, ...rest: Statement[]],
    appliedBy: string,
  ): Promise<void>
  stats(): DatabaseStats
}

/** A check that rides along with a request's first database trip. */
export interface Gate {
  readonly query: Query<Row>
  /** Throws when the request must not go on. */
  readonly check: (rows: readonly Row[]) => void
  /** Rides along with every write and aborts it with the same meaning. */
  readonly guard?: Statement
}

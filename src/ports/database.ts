import type { Query, Statement } from '../kernel/statement.ts'

/** A row as the driver returns it. */
export type Row = Readonly<Record<string, unknown>>

/** The rows of each of several queries, in the order of the queries. */
export type RowsOf<Queries extends readonly Query<unknown>[]> = {
  -readonly [At in keyof Queries]: Queries[At] extends Query<infer R> ? R[] : never
}

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
  /** A fault of ours: bad SQL, or a limit of the engine. */
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
  /**
   * Runs statements that keep books (leases, attempts, sweeps) as one atomic batch, and
   * gives the rows that each returns. They change nothing of a tenant's state, so no audit row and
   * no event goes with them. Not tried again: whoever lost an answer waits for the lease to end.
   * Gates and guards ride along as they do with reads and writes.
   */
  bookkeep<Queries extends readonly Query<unknown>[] | []>(
    statements: Queries,
  ): Promise<RowsOf<Queries>>
  /** Asks the gates by themselves, for a decision that has read nothing. Throws as they do. */
  confirm(): Promise<void>
  stats(): DatabaseStats
}

/** The shard of the control tenant, and of every tenant that was made without naming one. */
export const PRIMARY_SHARD = 'primary'

/** The databases of a deployment. All rows of a tenant are on one of them, its shard. */
export interface Shards {
  /** `primary`, then the others by name. */
  readonly names: readonly string[]
  /**
   * Opens a shard for a caller, whom the gates let through or not. Throws `unavailable` for one that
   * the deployment has no database for.
   */
  open(shard: string, gates: readonly Gate[]): Database
  /** As `open`, for the platform's own work or where the caller has been let through. */
  openUngated(shard: string): Database
  /**
   * All shards as one, for finding what may be on any: `first` answers for the first shard that has
   * a row, and fails only when none has one and a shard does not answer. Refuses to write.
   */
  openAll(): Database
}

/** A check that rides along with a request's first database trip. */
export interface Gate {
  readonly query: Query<Row>
  /** Throws when the request must not go on. */
  readonly check: (rows: readonly Row[]) => void
  /** Rides along with every write and aborts it with the same meaning. */
  readonly guard?: Statement
}

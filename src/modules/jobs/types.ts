/** A job that was claimed. */
export interface ClaimedJob {
  readonly tenantId: string
  readonly id: string
  readonly lease: string
}

/** A job that a worker holds. */
export interface HeldJob extends ClaimedJob {
  readonly name: string
  readonly version: number
  /** JSON. */
  readonly payload: string
  /** Tries, this one included. */
  readonly attempts: number
  readonly maxAttempts: number
  readonly correlationId: string
  readonly causationId: string | null
  readonly traceId: string
  readonly cancelRequestedAt: number | null
  readonly startedAt: number
}

/** A job that has lost its worker at its last try. */
export interface GivenUpJob {
  readonly tenantId: string
  readonly id: string
  readonly name: string
  readonly state: 'dead' | 'cancelled'
}

interface EndedTry extends ClaimedJob {
  readonly outcome: 'done' | 'failed' | 'cancelled'
  readonly error: string | null
  readonly now: number
}

/** A job that has ended. */
export interface FinishedJob extends EndedTry {
  readonly state: 'done' | 'dead' | 'cancelled'
  /** JSON. */
  readonly result: string | null
}

/** A job that is due again later. */
export interface PausedJob extends EndedTry {
  readonly dueAt: number
  /** Whether the try counts as one. */
  readonly counts: boolean
}

/** What a shard has to do. */
export interface JobFigures {
  readonly queued: number
  readonly running: number
  /** Given up. */
  readonly dead: number
  /** Since when the job that has waited the longest could have been taken, epoch milliseconds. */
  readonly oldestDue: number | null
}

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
  readonly traceId: string
  readonly cancelRequestedAt: number | null
  readonly startedAt: number
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

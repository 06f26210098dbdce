/** What the outbox owes a tenant's subscribers. */
export interface OutboxState {
  readonly owed: number
  /** Seconds since the oldest of them happened; null when nothing is owed. */
  readonly oldestAgeSeconds: number | null
  /** Tried before. */
  readonly retried: number
  /** Given up: the dead letters. */
  readonly dead: number
}

/** An event that was given up; instants are RFC 3339. */
export interface DeadLetter {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly aggregate: { readonly type: string; readonly id: string; readonly version: number }
  readonly attempts: number
  readonly lastError: string | null
  /** The subscribers that have not had their effect; null when it was given to none. */
  readonly waiting: string[] | null
  readonly traceId: string
  readonly occurredAt: string
  readonly deadAt: string
}

/** A dead letter with what it says. */
export interface DeadLetterDetail extends DeadLetter {
  /** Null for those who may not manage events, and when the storage has lost it. */
  readonly payload: unknown
}

/** Which dead letters are meant; what is not named does not matter. */
export interface DeadFilter {
  readonly id?: string | undefined
  readonly type?: string | undefined
  /** Epoch milliseconds of the death, inclusive. */
  readonly since?: number | undefined
  /** Exclusive. */
  readonly until?: number | undefined
  /** One that has not had its effect. */
  readonly subscriber?: string | undefined
}

/** How many dead letters were changed. */
export interface ChangedDeadLetters {
  readonly count: number
  /** Whether the limit of one call has left some. */
  readonly hasMore: boolean
}

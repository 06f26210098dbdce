/** An event that was claimed for delivery. */
export interface ClaimedEvent {
  readonly id: string
  readonly tenantId: string
  readonly lease: string
}

/** Why an event is not settled. */
export interface Failure {
  readonly id: string
  readonly lease: string
  readonly dueAt: number
  /** The instant at which it is given up; null while it is tried again. */
  readonly deadAt: number | null
  readonly error: string
  /** The subscribers that are left; null means all. */
  readonly waiting: readonly string[] | null
  /** Whether the try counts: it does not when this deployment cannot know what to do. */
  readonly counts: boolean
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

/** A dead letter as it is stored. */
export interface DeadEvent {
  readonly seq: number
  readonly id: string
  readonly type: string
  readonly version: number
  readonly aggregateType: string
  readonly aggregateId: string
  readonly aggregateVersion: number
  readonly payload: string
  readonly payloadKey: string | null
  readonly attempts: number
  readonly deadAt: number
  readonly occurredAt: number
  readonly lastError: string | null
  readonly waiting: string | null
  readonly traceId: string
}

/** What a shard owes. */
export interface OutboxFigures {
  readonly owed: number
  readonly oldest: number | null
  readonly retried: number
  readonly dead: number
}

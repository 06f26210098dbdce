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

/** What is owed. */
export interface OutboxFigures {
  readonly owed: number
  /** When the oldest of them happened, epoch milliseconds. */
  readonly oldest: number | null
  /** Tried before. */
  readonly retried: number
  /** Given up. */
  readonly dead: number
}

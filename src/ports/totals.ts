/** One thing that was done, for figures over all isolates. No personal data. */
export interface Doing {
  readonly kind: 'request' | 'delivery' | 'job' | 'mail' | 'webhook'
  /** Empty where no tenant is known. */
  readonly tenantId: string
  /** The operation, subscriber, job or provider. */
  readonly name: string
  /** The status of an answer, or how the work came out. */
  readonly outcome: string
  /** The method of a request or the type of an event. */
  readonly detail: string
  readonly milliseconds: number
  readonly roundTrips: number
  readonly rowsRead: number
  readonly rowsWritten: number
}

/** Keeps figures of all isolates. Never throws and never waits; some may be lost. */
export interface Totals {
  add(doing: Doing): void
}

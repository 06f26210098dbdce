/** Tells a worker what to look at. It may be lost, doubled or late: the database knows what is owed. */
export interface WakeUp {
  readonly kind: 'event' | 'job'
  readonly shard: string
  /** The tenant of a job; events are found by their id alone. */
  readonly tenantId: string
  readonly id: string
  /** The name of a job; empty for an event. */
  readonly name: string
  /** Under which it was claimed; a worker that finds another one leaves it alone. */
  readonly lease: string
}

/** Asks for a look at what a shard owes. */
export interface RelayCall {
  readonly kind: 'relay'
  readonly shard: string
}

/** Carries wake-up calls to the workers. */
export interface Transport {
  /** Throws when not all could be handed over; those claimed are taken again when their lease ends. */
  send(wakeUps: readonly WakeUp[]): Promise<void>
  /** Brings a relay call after some seconds, 1 to 43,200. */
  relayLater(shard: string, seconds: number): Promise<void>
}

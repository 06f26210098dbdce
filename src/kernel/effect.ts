/** Marks the commit of an effect, so that it happens once: see `inbox`. */
export interface Effect {
  /** `<module>:<subscriber>`, or the job's name. */
  readonly subscriber: string
  /** The event, or the job and a key of its own. */
  readonly eventId: string
}

/** Who works on what, so that a worker whose lease has ended can write nothing more. */
export interface Fence {
  readonly kind: 'event' | 'job'
  readonly id: string
  readonly lease: string
}

/** Thrown by a commit whose effect was committed before. */
export class EffectDone extends Error {
  constructor() {
    super('the effect was committed before')
    this.name = 'EffectDone'
  }
}

/** Thrown by a commit of a worker whose lease has ended. */
export class LeaseLost extends Error {
  constructor() {
    super('another worker has taken over')
    this.name = 'LeaseLost'
  }
}

/** How much of an event an endpoint is told: its payload, or only what it is about. */
type Shape = 'full' | 'ids'

type EndpointState = 'enabled' | 'disabled'

/** Why an endpoint is disabled: by hand, it answered 410, or it has failed for too long. */
export type DisabledReason = 'manual' | 'gone' | 'failing'

/** Where a tenant wants to be told of events. */
export interface Endpoint {
  readonly id: string
  readonly url: string
  readonly description: string
  /** Types of events; see `isWanted`. */
  readonly events: readonly string[]
  readonly shape: Shape
  /** The fields of payloads that are sent; all when null. */
  readonly fields: readonly string[] | null
  readonly state: EndpointState
  readonly disabledReason: DisabledReason | null
  /** Encrypted, as the one before, which signs as well until an instant. */
  readonly secret: string
  readonly previousSecret: string | null
  readonly previousSecretUntil: number | null
  /** Tries that failed in a row. */
  readonly failures: number
  readonly failingSince: number | null
  /** Nothing is sent before. */
  readonly pausedUntil: number | null
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** `pending` waits for a try; the others have come to their end. */
type DeliveryState = 'pending' | 'succeeded' | 'failed'

/** One event on its way to one endpoint. */
export interface Delivery {
  readonly id: string
  readonly endpointId: string
  /** The `webhook-id`. */
  readonly eventId: string
  readonly eventType: string
  readonly state: DeliveryState
  /** Tries since it was last queued. */
  readonly attempts: number
  readonly nextAttemptAt: number | null
  /** Of the last try. */
  readonly status: number | null
  readonly latencyMs: number | null
  readonly error: string | null
  readonly createdAt: number
  readonly finishedAt: number | null
}

/** How a try came out. */
export interface Outcome {
  /** Null when there was no answer. */
  readonly status: number | null
  /** Milliseconds that the answer asks to wait. */
  readonly retryAfter: number | null
  readonly error: string | null
  readonly answer: string | null
  readonly latencyMs: number
}

/** What becomes of a delivery after a try. */
export interface Verdict {
  readonly state: DeliveryState
  readonly nextAttemptAt: number | null
  /** The endpoint is to be left alone for so long, because it said so. */
  readonly pauseMilliseconds: number
  /** The endpoint wants no webhooks any more. */
  readonly isGone: boolean
}

/** A sender of Standard Webhooks to the tenant. */
export interface Source {
  readonly id: string
  readonly slug: string
  readonly description: string
  /** Encrypted. */
  readonly secret: string
  readonly version: number
  readonly createdAt: number
}

import type * as z from 'zod'

/** A declared kind of event. Declared once; the catalogue is generated from all of them. */
export interface EventType<Payload = unknown> {
  /** `<module>.<aggregate>.<past tense>`, stable for ever. */
  readonly type: string
  readonly version: number
  /** The release that introduced it. */
  readonly since: string
  readonly description: string
  readonly schema: z.ZodType<Payload>
  readonly example: Payload
}

/** What an event is about. `version` numbers the aggregate's events without gaps. */
export interface Aggregate {
  readonly type: string
  readonly id: string
  readonly version: number
}

/** An event that a commit stores. The envelope's other fields come from the context. */
export interface DomainEvent {
  readonly type: string
  readonly version: number
  readonly aggregate: Aggregate
  readonly payload: unknown
}

/** Declares an event type. */
export function defineEvent<Payload>(definition: EventType<Payload>): EventType<Payload> {
  return definition
}

/** An event of a declared type about an aggregate. */
export function eventOf<Payload>(
  definition: EventType<Payload>,
  aggregate: Aggregate,
  payload: Payload,
): DomainEvent {
  return { type: definition.type, version: definition.version, aggregate, payload }
}

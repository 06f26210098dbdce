import type * as z from 'zod'
import type { RequestContext, TenantSnapshot } from './context.ts'

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
  /**
   * How payloads of older versions are read: each step turns one version into the next. A version
   * without a step is read as it is.
   */
  readonly upcasts?: Readonly<Record<number, Upcast>>
}

/** Turns a payload of a version into one of the next. */
type Upcast = (payload: unknown) => unknown

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

/** An event as its subscribers get it. */
export interface EventEnvelope<Payload = unknown> {
  /** The same over every delivery. */
  readonly id: string
  readonly type: string
  readonly version: number
  readonly tenantId: string
  readonly aggregate: Aggregate
  readonly actor: { readonly kind: string; readonly id: string | null }
  /** The request that began it all. */
  readonly correlationId: string
  /** The event or job that led to this one; null when a request did. */
  readonly causationId: string | null
  /** W3C trace id. */
  readonly traceId: string
  /** Epoch milliseconds. */
  readonly occurredAt: number
  readonly payload: Payload
}

/** Something that happens, surely and once, after events of some types. */
export interface SubscriberDefinition<Deps> {
  /** `<module>:<name>`, stable: the inbox knows it. */
  readonly name: string
  readonly description: string
  /** The types that it is given; `*` stands for all. */
  readonly events: readonly EventType[] | '*'
  /** What its principal may do. */
  readonly permissions: readonly string[]
  /** Whether it cares for a tenant, decided on the snapshot alone; always when absent. */
  readonly wants?: (tenant: TenantSnapshot) => boolean
  /**
   * Brings about the effect by at most one commit with the given context, which makes it happen
   * once. Runs again after a failure, so what it does outside the commit must bear that.
   */
  readonly handle: (deps: Deps, ctx: RequestContext, event: EventEnvelope) => Promise<void>
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

/** Thrown for a stored payload that the type's schema refuses. Its words name no values. */
export class UnreadablePayload extends Error {
  constructor({ type, version }: EventType, stored: number) {
    super(`a payload of version ${stored} is no ${type} of version ${version}`)
    this.name = 'UnreadablePayload'
  }
}

/** A stored payload as the type declares it. Throws `UnreadablePayload`. */
export function readPayload<Payload>(
  declared: EventType<Payload>,
  version: number,
  payload: unknown,
): Payload {
  let read = payload
  for (let from = version; from < declared.version; from++)
    read = declared.upcasts?.[from]?.(read) ?? read
  const parsed = declared.schema.safeParse(read)
  if (!parsed.success) throw new UnreadablePayload(declared, version)
  return parsed.data
}

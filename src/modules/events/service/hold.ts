import { type EventEnvelope, type EventType, readPayload } from '../../../kernel/events.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Query } from '../../../kernel/statement.ts'
import type { Deps } from '../../../ports/deps.ts'
import { waitingOf } from '../domain.ts'
import {
  type HeldEvent,
  beginEvents,
  failEvent,
  findHandled,
  noteHandled,
  settleEvents,
} from '../repo.ts'
import type { Failure } from '../types.ts'

export type { HeldEvent } from '../repo.ts'

/**
 * Counts a try of events that were claimed, and gives those that are still held under the leases of
 * the claim, under a lease of the worker's own. One that has lost its worker at its last try is a dead
 * letter.
 */
export async function holdEvents(
  deps: Pick<Deps, 'db' | 'ids' | 'telemetry'>,
  claimed: readonly { readonly id: string; readonly lease: string }[],
  now: number,
): Promise<HeldEvent[]> {
  const [givenUp, begun] = beginEvents({
    claimed,
    lease: deps.ids.next(),
    now,
    until: now + limits.events.leaseMilliseconds,
  })
  const [dead, held] = await deps.db.bookkeep([givenUp, begun])
  for (const { id, type } of dead)
    deps.telemetry.log('error', 'a worker was lost at the last try', { event: id, type })
  return held
}

/**
 * The event as this deployment declares it, with its payload, wherever it lies. Throws when a payload
 * kept aside is not there, and `UnreadablePayload`.
 */
export async function envelopeOf(
  deps: Pick<Deps, 'payloads'>,
  held: HeldEvent,
  declared: EventType,
): Promise<EventEnvelope> {
  const text = await payloadTextOf(deps, held)
  if (text === undefined) throw new Error('the payload is not in the storage')
  const { id, type, version, tenantId, correlationId, causationId, traceId, occurredAt } = held
  return {
    id,
    type,
    version: declared.version,
    tenantId,
    correlationId,
    causationId,
    traceId,
    occurredAt,
    aggregate: { type: held.aggregateType, id: held.aggregateId, version: held.aggregateVersion },
    actor: { kind: held.actorKind, id: held.actorId },
    payload: readPayload(declared, version, JSON.parse(text)),
  }
}

/** The JSON of a payload, wherever it lies; undefined when it was kept aside and is not there. */
export async function payloadTextOf(
  deps: Pick<Deps, 'payloads'>,
  stored: Pick<HeldEvent, 'payload' | 'payloadKey'>,
): Promise<string | undefined> {
  return stored.payloadKey === null ? stored.payload : deps.payloads.get(stored.payloadKey)
}

/** Of the subscribers of an event, by name, those that it is still owed to. */
export async function owedTo(
  deps: Pick<Deps, 'db'>,
  held: Pick<HeldEvent, 'tenantId' | 'id' | 'attempts' | 'waiting'>,
  subscribers: readonly string[],
): Promise<ReadonlySet<string>> {
  const waiting = waitingOf(held)
  if (held.attempts === 1 && waiting === null) return new Set(subscribers)
  const rows = await deps.db.read(findHandled(held.tenantId, held.id))
  const done = new Set(rows.map(({ subscriber }) => subscriber))
  return new Set(
    subscribers.filter((name) => !done.has(name) && (waiting === null || waiting.includes(name))),
  )
}

/** How an event came out of a try. */
export type Outcome =
  | { readonly kind: 'settled'; readonly event: HeldEvent }
  | {
      readonly kind: 'failed'
      readonly event: HeldEvent
      readonly failure: Failure
      /** Subscribers that succeeded in this try. */
      readonly handled: readonly string[]
    }

/** Notes how events came out, in one batch. An event that another worker holds is left to it. */
export async function noteOutcomes(
  deps: Pick<Deps, 'db'>,
  outcomes: readonly Outcome[],
  now: number,
): Promise<void> {
  if (outcomes.length === 0) return
  const byLease = new Map<string, string[]>()
  const statements: Query<never>[] = []
  for (const outcome of outcomes) {
    const { id, lease, tenantId } = outcome.event
    if (outcome.kind === 'settled') {
      byLease.set(lease, [...(byLease.get(lease) ?? []), id])
      continue
    }
    if (outcome.handled.length > 0) statements.push(noteHandled(tenantId, id, outcome.handled, now))
    statements.push(failEvent(outcome.failure))
  }
  for (const [lease, ids] of byLease) statements.push(settleEvents(ids, lease, now))
  await deps.db.bookkeep(statements)
}

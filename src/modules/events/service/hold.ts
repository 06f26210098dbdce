import type { EventEnvelope } from '../../../kernel/events.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Query } from '../../../kernel/statement.ts'
import type { Deps } from '../../../ports/deps.ts'
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

/** Counts a try of events that were claimed, and gives those that are still held under their leases. */
export async function holdEvents(
  deps: Pick<Deps, 'db'>,
  claimed: readonly { readonly id: string; readonly lease: string }[],
  now: number,
): Promise<HeldEvent[]> {
  const [held = []] = await deps.db.bookkeep([
    beginEvents({
      ids: claimed.map(({ id }) => id),
      leases: [...new Set(claimed.map(({ lease }) => lease))],
      until: now + limits.events.leaseMilliseconds,
    }),
  ])
  return held
}

/** The event with its payload, wherever it lies. Throws when a payload kept aside is not there. */
export async function envelopeOf(
  deps: Pick<Deps, 'payloads'>,
  held: HeldEvent,
): Promise<EventEnvelope> {
  const text = held.payloadKey === null ? held.payload : await deps.payloads.get(held.payloadKey)
  if (text === undefined) throw new Error('the payload is not in the storage')
  const { id, type, version, tenantId, correlationId, causationId, traceId, occurredAt } = held
  return {
    id,
    type,
    version,
    tenantId,
    correlationId,
    causationId,
    traceId,
    occurredAt,
    aggregate: { type: held.aggregateType, id: held.aggregateId, version: held.aggregateVersion },
    actor: { kind: held.actorKind, id: held.actorId },
    payload: JSON.parse(text),
  }
}

/** The subscribers that have had their effect already. */
export async function handledOf(
  deps: Pick<Deps, 'db'>,
  held: Pick<HeldEvent, 'tenantId' | 'id' | 'attempts' | 'waiting'>,
): Promise<ReadonlySet<string>> {
  if (held.attempts === 1 && held.waiting === null) return new Set()
  const rows = await deps.db.read(findHandled(held.tenantId, held.id))
  return new Set(rows.map(({ subscriber }) => subscriber))
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

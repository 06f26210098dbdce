import type { EventEnvelope } from '../../kernel/events.ts'
import { limits } from '../../kernel/limits.ts'
import type { Query } from '../../kernel/statement.ts'
import type { ClaimedEvent, Failure, OutboxFigures } from './types.ts'

/**
 * Takes the oldest due event of each aggregate under a lease, at most a page and at most what the
 * shard may have under way. An aggregate whose head is leased or paused waits for it.
 */
export function claimEvents(claim: {
  readonly now: number
  readonly lease: string
  readonly until: number
  /** Of one tenant only; null means all. */
  readonly tenantId: string | null
}): Query<ClaimedEvent> {
  const { page, inFlight } = limits.events
  return {
    sql: `UPDATE outbox SET lease = ?2, available_at = ?3
      WHERE seq IN (
        SELECT due.seq FROM outbox due
        WHERE due.settled_at IS NULL AND due.dead_at IS NULL AND due.available_at <= ?1
          AND (?4 IS NULL OR due.tenant_id = ?4)
          AND NOT EXISTS (
            SELECT 1 FROM outbox head
            WHERE head.settled_at IS NULL AND head.dead_at IS NULL
              AND head.tenant_id = due.tenant_id AND head.aggregate_type = due.aggregate_type
              AND head.aggregate_id = due.aggregate_id AND head.seq < due.seq)
        ORDER BY due.available_at, due.seq
        LIMIT max(0, min(?5, ?6 - (
          SELECT count(*) FROM (
            SELECT 1 FROM outbox busy
            WHERE busy.settled_at IS NULL AND busy.dead_at IS NULL AND busy.available_at > ?1
              AND busy.lease IS NOT NULL LIMIT ?6)))))
      RETURNING id, tenant_id AS tenantId, lease`,
    params: [claim.now, claim.lease, claim.until, claim.tenantId, page, inFlight],
  }
}

/** What a worker reads of an event that it holds. */
export interface HeldEvent extends Omit<EventEnvelope, 'payload' | 'aggregate' | 'actor'> {
  readonly aggregateType: string
  readonly aggregateId: string
  readonly aggregateVersion: number
  readonly actorKind: string
  readonly actorId: string | null
  readonly payload: string
  readonly payloadKey: string | null
  readonly attempts: number
  readonly lease: string
  readonly waiting: string | null
}

/** An event that has lost its worker at its last try. */
export interface GivenUpEvent {
  readonly id: string
  readonly type: string
  readonly deadAt: number
}

/**
 * Counts a try of the events that are still held under the leases of their wake-up calls, and gives
 * them a lease of the worker's own, so that a doubled call finds nothing to do. One that has lost its
 * worker at its last try is given up first: it may be what its workers die of.
 */
export function beginEvents(held: {
  readonly claimed: readonly Pick<ClaimedEvent, 'id' | 'lease'>[]
  readonly lease: string
  readonly now: number
  readonly until: number
}): [givenUp: Query<GivenUpEvent>, begun: Query<HeldEvent>] {
  const claimed = JSON.stringify(held.claimed.map(({ id, lease }) => [id, lease]))
  return [
    {
      sql: `UPDATE outbox SET dead_at = ?2, lease = NULL, last_error = 'the worker was lost'
        WHERE (id, lease) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
          AND settled_at IS NULL AND dead_at IS NULL AND attempts >= ?3
        RETURNING id, type, dead_at AS deadAt`,
      params: [claimed, held.now, limits.events.maxAttempts],
    },
    {
      sql: `UPDATE outbox SET attempts = attempts + 1, available_at = ?2, lease = ?3
        WHERE (id, lease) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
          AND settled_at IS NULL AND dead_at IS NULL
        RETURNING id, tenant_id AS tenantId, type, version, aggregate_type AS aggregateType,
          aggregate_id AS aggregateId, aggregate_version AS aggregateVersion,
          actor_kind AS actorKind, actor_id AS actorId, correlation_id AS correlationId,
          causation_id AS causationId, trace_id AS traceId, occurred_at AS occurredAt, payload,
          payload_key AS payloadKey, attempts, lease, waiting`,
      params: [claimed, held.until, held.lease],
    },
  ]
}

/** The subscribers that have had their effect of an event. */
export const findHandled = (tenantId: string, eventId: string): Query<{ subscriber: string }> => ({
  sql: 'SELECT subscriber FROM inbox WHERE tenant_id = ?1 AND event_id = ?2',
  params: [tenantId, eventId],
})

/** All effects are done. Nothing happens to an event that somebody else holds. */
export function settleEvents(ids: readonly string[], lease: string, now: number): Query<never> {
  return {
    sql: `UPDATE outbox SET settled_at = ?3, lease = NULL, waiting = NULL, last_error = NULL
      WHERE id IN (SELECT value FROM json_each(?1)) AND lease = ?2
        AND settled_at IS NULL AND dead_at IS NULL`,
    params: [JSON.stringify(ids), lease, now],
  }
}

/** Notes why an event is not settled, and when it is due again or that it is given up. */
export function failEvent(failure: Failure): Query<never> {
  return {
    sql: `UPDATE outbox SET available_at = ?3, dead_at = ?4, lease = NULL, last_error = ?5,
        waiting = ?6, attempts = attempts - ?7
      WHERE id = ?1 AND lease = ?2 AND settled_at IS NULL AND dead_at IS NULL`,
    params: [
      failure.id,
      failure.lease,
      failure.dueAt,
      failure.deadAt,
      failure.error.slice(0, limits.events.errorText),
      failure.waiting === null ? null : JSON.stringify(failure.waiting),
      failure.counts ? 0 : 1,
    ],
  }
}

/** Remembers effects without a commit of their own, so that a retry for others leaves them alone. */
export function noteHandled(
  tenantId: string,
  eventId: string,
  subscribers: readonly string[],
  now: number,
): Query<never> {
  return {
    sql: `INSERT INTO inbox (tenant_id, event_id, subscriber, handled_at)
      SELECT ?1, ?2, value, ?4 FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING`,
    params: [tenantId, eventId, JSON.stringify(subscribers), now],
  }
}

/** What a shard owes, of one tenant or over all. What is settled is not read. */
export const outboxFigures = (tenantId: string | null): Query<OutboxFigures> =>
  tenantId === null ? { sql: FIGURES, params: [] } : { sql: FIGURES_OF_TENANT, params: [tenantId] }

const FIGURES = `SELECT count(*) AS owed, min(occurred_at) AS oldest,
    coalesce(sum(attempts > 1), 0) AS retried,
    (SELECT count(*) FROM outbox INDEXED BY outbox_dead WHERE dead_at IS NOT NULL) AS dead
  FROM outbox INDEXED BY outbox_owed WHERE settled_at IS NULL AND dead_at IS NULL`

const FIGURES_OF_TENANT = `SELECT count(*) AS owed, min(occurred_at) AS oldest,
    coalesce(sum(attempts > 1), 0) AS retried,
    (SELECT count(*) FROM outbox INDEXED BY outbox_dead
      WHERE tenant_id = ?1 AND dead_at IS NOT NULL) AS dead
  FROM outbox INDEXED BY outbox_heads
  WHERE tenant_id = ?1 AND settled_at IS NULL AND dead_at IS NULL`

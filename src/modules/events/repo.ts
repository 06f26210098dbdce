import type { EventEnvelope } from '../../kernel/events.ts'
import { limits } from '../../kernel/limits.ts'
import type { Query, Statement } from '../../kernel/statement.ts'
import type { ClaimedEvent, DeadEvent, DeadFilter, Failure, OutboxFigures } from './types.ts'

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

/** Counts a try of the events that are still held under the leases of their wake-up calls. */
export function beginEvents(held: {
  readonly ids: readonly string[]
  readonly leases: readonly string[]
  readonly until: number
}): Query<HeldEvent> {
  return {
    sql: `UPDATE outbox SET attempts = attempts + 1, available_at = ?3
      WHERE id IN (SELECT value FROM json_each(?1)) AND lease IN (SELECT value FROM json_each(?2))
        AND settled_at IS NULL AND dead_at IS NULL
      RETURNING id, tenant_id AS tenantId, type, version, aggregate_type AS aggregateType,
        aggregate_id AS aggregateId, aggregate_version AS aggregateVersion, actor_kind AS actorKind,
        actor_id AS actorId, correlation_id AS correlationId, causation_id AS causationId,
        trace_id AS traceId, occurred_at AS occurredAt, payload, payload_key AS payloadKey,
        attempts, lease, waiting`,
    params: [JSON.stringify(held.ids), JSON.stringify(held.leases), held.until],
  }
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

/** Dead letters of a tenant, newest first. */
export function listDead(
  tenantId: string,
  filter: DeadFilter & { readonly before: number | null; readonly limit: number },
): Query<DeadEvent> {
  return {
    sql: `SELECT seq, id, type, version, aggregate_type AS aggregateType,
        aggregate_id AS aggregateId, aggregate_version AS aggregateVersion, payload,
        payload_key AS payloadKey, attempts, dead_at AS deadAt, occurred_at AS occurredAt,
        last_error AS lastError, waiting, trace_id AS traceId
      FROM outbox
      WHERE tenant_id = ?1 AND dead_at IS NOT NULL AND (?2 IS NULL OR seq < ?2)
        AND (?3 IS NULL OR id = ?3) AND (?4 IS NULL OR type = ?4) AND (?5 IS NULL OR dead_at >= ?5)
        AND (?6 IS NULL OR dead_at < ?6)
        AND (?7 IS NULL OR EXISTS (SELECT 1 FROM json_each(waiting) WHERE value = ?7))
      ORDER BY seq DESC LIMIT ?8`,
    params: [tenantId, filter.before, ...filterParams(filter), filter.limit],
  }
}

/** Owes dead letters again, from their first try on; the same ids, the same effects left. */
export function redriveDead(
  tenantId: string,
  filter: DeadFilter,
  now: number,
  limit: number,
): Statement {
  return {
    sql: `UPDATE outbox SET dead_at = NULL, attempts = 0, available_at = ?2, redriven_at = ?2
      WHERE seq IN (
        SELECT seq FROM outbox
        WHERE tenant_id = ?1 AND dead_at IS NOT NULL
          AND (?3 IS NULL OR id = ?3) AND (?4 IS NULL OR type = ?4)
          AND (?5 IS NULL OR dead_at >= ?5) AND (?6 IS NULL OR dead_at < ?6)
          AND (?7 IS NULL OR EXISTS (SELECT 1 FROM json_each(waiting) WHERE value = ?7))
        ORDER BY seq LIMIT ?8)`,
    params: [tenantId, now, ...filterParams(filter), limit],
  }
}

/** Forgets dead letters for ever. */
export function purgeDead(tenantId: string, filter: DeadFilter, limit: number): Statement {
  return {
    sql: `DELETE FROM outbox
      WHERE seq IN (
        SELECT seq FROM outbox
        WHERE tenant_id = ?1 AND dead_at IS NOT NULL
          AND (?2 IS NULL OR id = ?2) AND (?3 IS NULL OR type = ?3)
          AND (?4 IS NULL OR dead_at >= ?4) AND (?5 IS NULL OR dead_at < ?5)
          AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(waiting) WHERE value = ?6))
        ORDER BY seq LIMIT ?7)`,
    params: [tenantId, ...filterParams(filter), limit],
  }
}

/** How many dead letters the filter finds, up to a limit. */
export function countDead(
  tenantId: string,
  filter: DeadFilter,
  limit: number,
): Query<{ count: number }> {
  return {
    sql: `SELECT count(*) AS count FROM (
        SELECT 1 FROM outbox
        WHERE tenant_id = ?1 AND dead_at IS NOT NULL
          AND (?2 IS NULL OR id = ?2) AND (?3 IS NULL OR type = ?3)
          AND (?4 IS NULL OR dead_at >= ?4) AND (?5 IS NULL OR dead_at < ?5)
          AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(waiting) WHERE value = ?6))
        LIMIT ?7)`,
    params: [tenantId, ...filterParams(filter), limit],
  }
}

function filterParams(filter: DeadFilter) {
  return [
    filter.id ?? null,
    filter.type ?? null,
    filter.since ?? null,
    filter.until ?? null,
    filter.subscriber ?? null,
  ] as const
}

/** What a shard owes, over all tenants. */
export const outboxFigures: Query<OutboxFigures> = {
  sql: `SELECT
      (SELECT count(*) FROM outbox WHERE settled_at IS NULL AND dead_at IS NULL) AS owed,
      (SELECT min(occurred_at) FROM outbox WHERE settled_at IS NULL AND dead_at IS NULL) AS oldest,
      (SELECT count(*) FROM outbox
        WHERE settled_at IS NULL AND dead_at IS NULL AND attempts > 1) AS retried,
      (SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL) AS dead`,
  params: [],
}

/**
 * Forgets settled events that are older than an id, a page of all tenants at once, oldest first.
 * Ids are in the order of time.
 */
export function sweepSettled(before: string, limit: number): Query<{ payloadKey: string | null }> {
  return {
    sql: `DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE id < ?1 AND settled_at IS NOT NULL ORDER BY id LIMIT ?2)
      RETURNING payload_key AS payloadKey`,
    params: [before, limit],
  }
}

/** Forgets effects older than an instant, a page of all tenants at once. */
export function sweepInbox(before: number, limit: number): Query<{ eventId: string }> {
  return {
    sql: `DELETE FROM inbox WHERE (tenant_id, event_id, subscriber) IN (
        SELECT tenant_id, event_id, subscriber FROM inbox
        WHERE handled_at < ?1 ORDER BY handled_at LIMIT ?2)
      RETURNING event_id AS eventId`,
    params: [before, limit],
  }
}

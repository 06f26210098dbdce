import { and, eq, gte, lt, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { type Query, builder, columns, prepare, prepareEach } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import { endpointColumns } from '../endpoints/index.ts'
import { attempts, deliveries, endpoints } from '../tables.ts'
import type { Outcome, Verdict } from '../types.ts'

const deliveryColumns = {
  id: deliveries.id,
  endpointId: deliveries.endpointId,
  eventId: deliveries.eventId,
  eventType: deliveries.eventType,
  state: deliveries.state,
  attempts: deliveries.attempts,
  nextAttemptAt: deliveries.nextAttemptAt,
  status: deliveries.status,
  latencyMs: deliveries.latencyMs,
  error: deliveries.error,
  createdAt: deliveries.createdAt,
  finishedAt: deliveries.finishedAt,
}

const ofDelivery = (tenantId: SQL, id: SQL) =>
  and(eq(deliveries.tenantId, tenantId), eq(deliveries.id, id))

/** The endpoints that are told of events. */
export const findEnabled = prepare((bind) =>
  builder
    .select(columns(endpointColumns))
    .from(endpoints)
    .where(and(eq(endpoints.tenantId, bind('tenantId')), eq(endpoints.state, 'enabled'))),
)

/** A delivery that a commit adds. */
export interface NewDelivery {
  readonly id: string
  readonly endpointId: string
  readonly eventId: string
  readonly eventType: string
  readonly body: string
}

/** Adds deliveries; one of the same event to the same endpoint is not added twice. */
export function insertDeliveries(
  tenantId: string,
  added: readonly NewDelivery[],
  now: number,
): Write {
  return {
    statement: {
      sql: `INSERT INTO webhook_deliveries (tenant_id, id, endpoint_id, event_id, event_type, body,
        state, created_at)
        SELECT ?1, value ->> 'id', value ->> 'endpointId', value ->> 'eventId',
        value ->> 'eventType', value ->> 'body', 'pending', ?3 FROM json_each(?2) WHERE true
        ON CONFLICT (tenant_id, endpoint_id, event_id) DO NOTHING`,
      params: [tenantId, JSON.stringify(added), now],
    },
  }
}

/** A delivery with its body, for the log's details. */
export const findDelivery = prepare((bind) =>
  builder
    .select(columns({ ...deliveryColumns, body: deliveries.body }))
    .from(deliveries)
    .where(ofDelivery(bind('tenantId'), bind('id'))),
)

/** The tries of a delivery, in their order. */
export const findAttempts = prepare((bind) =>
  builder
    .select(
      columns({
        attempt: attempts.attempt,
        attemptedAt: attempts.attemptedAt,
        status: attempts.status,
        latencyMs: attempts.latencyMs,
        error: attempts.error,
        answer: attempts.answer,
      }),
    )
    .from(attempts)
    .where(and(eq(attempts.tenantId, bind('tenantId')), eq(attempts.deliveryId, bind('id'))))
    .orderBy(attempts.attempt),
)

/** The filters of the log that are set. */
export interface LogShape {
  readonly endpointId: boolean
  readonly type: boolean
  readonly state: boolean
}

/** Deliveries by id, newest first, between two ids. Ids are in the order of time. */
export const listDeliveries = prepareEach((shape: LogShape, bind) =>
  builder
    .select(columns(deliveryColumns))
    .from(deliveries)
    .where(
      and(
        eq(deliveries.tenantId, bind('tenantId')),
        shape.endpointId ? eq(deliveries.endpointId, bind('endpointId')) : undefined,
        shape.type ? eq(deliveries.eventType, bind('type')) : undefined,
        shape.state ? eq(deliveries.state, sql`${bind('state')}`) : undefined,
        gte(deliveries.id, bind('from')),
        lt(deliveries.id, bind('before')),
      ),
    )
    .orderBy(sql`${deliveries.id} DESC`)
    .limit(sql.placeholder('limit')),
)

/** A delivery and the endpoint that it is for. */
export const findDue = prepare((bind) =>
  builder
    .select(
      columns({
        id: deliveries.id,
        endpointId: deliveries.endpointId,
        eventId: deliveries.eventId,
        eventType: deliveries.eventType,
        state: deliveries.state,
        attempts: deliveries.attempts,
        nextAttemptAt: deliveries.nextAttemptAt,
        body: deliveries.body,
        url: endpoints.url,
        endpointState: sql<string | null>`${endpoints.state}`.as('endpointState'),
        secret: endpoints.secret,
        previousSecret: endpoints.previousSecret,
        previousSecretUntil: endpoints.previousSecretUntil,
        pausedUntil: endpoints.pausedUntil,
      }),
    )
    .from(deliveries)
    .leftJoin(
      endpoints,
      and(eq(endpoints.tenantId, deliveries.tenantId), eq(endpoints.id, deliveries.endpointId)),
    )
    .where(ofDelivery(bind('tenantId'), bind('id'))),
)

/** A delivery to be tried; the fields of its endpoint are null when that was deleted. */
export type DueDelivery = NonNullable<ReturnType<typeof findDue>['_row']>

/** Notes a try in the log, and what becomes of the delivery. Nothing happens to one that has ended. */
export function noteTry(
  tenantId: string,
  id: string,
  tried: { readonly at: number; readonly outcome: Outcome; readonly verdict: Verdict },
): Query<never>[] {
  const { at, outcome, verdict } = tried
  const { status, latencyMs, error, answer } = outcome
  const finishedAt = verdict.state === 'pending' ? null : at
  return [
    {
      sql: `INSERT INTO webhook_attempts (tenant_id, delivery_id, attempt, attempted_at, status,
          latency_ms, error, answer)
        SELECT tenant_id, id, 1 + coalesce((SELECT max(attempt) FROM webhook_attempts
          WHERE tenant_id = ?1 AND delivery_id = ?2), 0), ?3, ?4, ?5, ?6, ?7
        FROM webhook_deliveries WHERE tenant_id = ?1 AND id = ?2 AND state = 'pending'`,
      params: [tenantId, id, at, status, latencyMs, error, answer],
    },
    {
      sql: `UPDATE webhook_deliveries SET attempts = attempts + 1, state = ?3, next_attempt_at = ?4,
          status = ?5, latency_ms = ?6, error = ?7, finished_at = ?8
        WHERE tenant_id = ?1 AND id = ?2 AND state = 'pending'`,
      params: [
        tenantId,
        id,
        verdict.state,
        verdict.nextAttemptAt,
        status,
        latencyMs,
        error,
        finishedAt,
      ],
    },
  ]
}

/** Gives up a delivery without a try. */
export function giveUp(tenantId: string, id: string, error: string, now: number): Query<never> {
  return {
    sql: `UPDATE webhook_deliveries SET state = 'failed', next_attempt_at = NULL, error = ?3,
        finished_at = ?4
      WHERE tenant_id = ?1 AND id = ?2 AND state = 'pending'`,
    params: [tenantId, id, error, now],
  }
}

/** The newest failed deliveries to an endpoint, from an id on. */
export const findFailed = prepare((bind) =>
  builder
    .select(columns({ id: deliveries.id }))
    .from(deliveries)
    .where(
      and(
        eq(deliveries.tenantId, bind('tenantId')),
        eq(deliveries.endpointId, bind('endpointId')),
        eq(deliveries.state, 'failed'),
        gte(deliveries.id, bind('from')),
      ),
    )
    .orderBy(deliveries.id)
    .limit(sql.placeholder('limit')),
)

/** Owes deliveries again that have ended, from their first try on. */
export function queueAgain(tenantId: string, ids: readonly string[]): Write {
  return {
    statement: {
      sql: `UPDATE webhook_deliveries SET state = 'pending', attempts = 0, next_attempt_at = NULL,
          finished_at = NULL
        WHERE (tenant_id, id) IN (SELECT ?1, value FROM json_each(?2)) AND state <> 'pending'`,
      params: [tenantId, JSON.stringify(ids)],
    },
    guard: 'state_allows',
  }
}

/** Forgets deliveries that ended before an instant, a page of all tenants at once, oldest first. */
export function sweepDeliveries(before: number, limit: number): Query<{ id: string }> {
  return {
    sql: `DELETE FROM webhook_deliveries WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM webhook_deliveries
        WHERE created_at < ?1 AND state <> 'pending' ORDER BY created_at LIMIT ?2)
      RETURNING id`,
    params: [before, limit],
  }
}

import { and, eq, lt, sql } from 'drizzle-orm'
import { limits } from '../../../kernel/limits.ts'
import { type Bind, type Query, builder, columns, prepare } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import { BREAKER, PROBE_MILLISECONDS } from '../domain.ts'
import { endpoints } from '../tables.ts'
import type { DisabledReason, Endpoint } from '../types.ts'

/** The columns of an endpoint. */
export const endpointColumns = {
  id: endpoints.id,
  url: endpoints.url,
  description: endpoints.description,
  events: endpoints.events,
  shape: endpoints.shape,
  fields: endpoints.fields,
  state: endpoints.state,
  disabledReason: endpoints.disabledReason,
  secret: endpoints.secret,
  previousSecret: endpoints.previousSecret,
  previousSecretUntil: endpoints.previousSecretUntil,
  failures: endpoints.failures,
  failingSince: endpoints.failingSince,
  pausedUntil: endpoints.pausedUntil,
  version: endpoints.version,
  createdAt: endpoints.createdAt,
  updatedAt: endpoints.updatedAt,
}

/** A row of `webhook_endpoints`; lists are JSON text. */
export type EndpointRow = Omit<Endpoint, 'events' | 'fields'> & {
  readonly events: string
  readonly fields: string | null
}

/** Reads the lists of a row. */
export function toEndpoint(row: EndpointRow): Endpoint {
  const fields = row.fields === null ? null : JSON.parse(row.fields)
  return { ...row, events: JSON.parse(row.events), fields }
}

export const findEndpoint = prepare((bind) =>
  builder
    .select(columns(endpointColumns))
    .from(endpoints)
    .where(and(eq(endpoints.tenantId, bind('tenantId')), eq(endpoints.id, bind('id')))),
)

/** Every endpoint, newest first, before an id; at most `limits.webhooks.endpoints` exist. */
export const listEndpoints = prepare((bind) =>
  builder
    .select(columns(endpointColumns))
    .from(endpoints)
    .where(and(eq(endpoints.tenantId, bind('tenantId')), lt(endpoints.id, bind('before'))))
    .orderBy(sql`${endpoints.id} DESC`)
    .limit(sql.placeholder('limit')),
)

/** Adds an endpoint; changes nothing when the tenant has as many as it may. */
export function insertEndpoint(tenantId: string, endpoint: Endpoint): Write {
  return {
    statement: {
      sql: `INSERT INTO webhook_endpoints (tenant_id, id, url, description, events, shape, fields,
        state, secret, version, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11
        WHERE (SELECT count(*) FROM webhook_endpoints WHERE tenant_id = ?1) < ?12`,
      params: [
        tenantId,
        endpoint.id,
        endpoint.url,
        endpoint.description,
        JSON.stringify(endpoint.events),
        endpoint.shape,
        endpoint.fields && JSON.stringify(endpoint.fields),
        endpoint.state,
        endpoint.secret,
        endpoint.version,
        endpoint.createdAt,
        limits.webhooks.endpoints,
      ],
    },
    guard: 'state_allows',
  }
}

const ofVersion = (bind: Bind) =>
  and(
    eq(endpoints.tenantId, bind('tenantId')),
    eq(endpoints.id, bind('id')),
    eq(endpoints.version, bind('replaces')),
  )

const update = prepare((bind) =>
  builder
    .update(endpoints)
    .set({
      url: bind('url'),
      description: bind('description'),
      events: bind('events'),
      shape: sql`${bind('shape')}`,
      fields: bind('fields'),
      state: sql`${bind('state')}`,
      disabledReason: sql`${bind('disabledReason')}`,
      secret: bind('secret'),
      previousSecret: bind('previousSecret'),
      previousSecretUntil: bind('previousSecretUntil'),
      failures: bind('failures'),
      failingSince: bind('failingSince'),
      pausedUntil: bind('pausedUntil'),
      version: bind('version'),
      updatedAt: bind('updatedAt'),
    })
    .where(ofVersion(bind)),
)

/** Writes an endpoint over the version before it. */
export function updateEndpoint(tenantId: string, endpoint: Endpoint): Write {
  const { createdAt: _, events, fields, ...rest } = endpoint
  return {
    statement: update({
      tenantId,
      ...rest,
      events: JSON.stringify(events),
      fields: fields && JSON.stringify(fields),
      replaces: endpoint.version - 1,
    }),
    guard: 'version_matches',
  }
}

const deleteRow = prepare((bind) => builder.delete(endpoints).where(ofVersion(bind)))

/** Deletes an endpoint of a version. */
export function deleteEndpoint(tenantId: string, id: string, replaces: number): Write {
  return { statement: deleteRow({ tenantId, id, replaces }), guard: 'version_matches' }
}

const disableRow = prepare((bind) =>
  builder
    .update(endpoints)
    .set({
      state: 'disabled',
      disabledReason: sql`${bind('reason')}`,
      version: sql`${endpoints.version} + 1`,
      updatedAt: bind('now'),
    })
    .where(and(ofVersion(bind), eq(endpoints.state, 'enabled'))),
)

/** Disables an endpoint of a version by itself. */
export function disableEndpoint(
  tenantId: string,
  { id, version }: Pick<Endpoint, 'id' | 'version'>,
  reason: DisabledReason,
  now: number,
): Write {
  return {
    statement: disableRow({ tenantId, id, replaces: version, reason, now }),
    guard: 'version_matches',
  }
}

/** How an endpoint has been doing. */
export interface Health {
  readonly failures: number
  readonly failingSince: number | null
}

/** Forgets the failures of an endpoint that has taken a webhook. */
export function noteHealthy(tenantId: string, id: string): Query<Health> {
  return {
    sql: `UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, paused_until = NULL
      WHERE tenant_id = ?1 AND id = ?2 AND (failures > 0 OR paused_until IS NOT NULL)
      RETURNING failures, failing_since AS failingSince`,
    params: [tenantId, id],
  }
}

/**
 * Counts a failure. From the breaker's number on, the endpoint is paused, twice as long each time; it
 * is paused as well for as long as its answer asks. What was under way when it was paused counts no
 * more, unless it was the probe.
 */
export function noteFailing(
  tenantId: string,
  id: string,
  failure: { readonly now: number; readonly pause: number; readonly isProbe: boolean },
): Query<Health> {
  return {
    sql: `UPDATE webhook_endpoints SET
        failing_since = coalesce(failing_since, ?3),
        failures = failures + 1,
        paused_until = CASE
          WHEN failures + 1 >= ?5
            THEN ?3 + max(?4, min(?7, ?6 << min(10, failures + 1 - ?5)))
          WHEN ?4 > 0 THEN ?3 + ?4
          ELSE NULL END
      WHERE tenant_id = ?1 AND id = ?2 AND (?8 = 1 OR coalesce(paused_until, 0) <= ?3)
      RETURNING failures, failing_since AS failingSince`,
    params: [
      tenantId,
      id,
      failure.now,
      failure.pause,
      BREAKER.failures,
      BREAKER.pause,
      BREAKER.longestPause,
      failure.isProbe ? 1 : 0,
    ],
  }
}

/** Lets one try go to a paused endpoint whose pause is over; no row for all others. */
export function claimProbe(tenantId: string, id: string, now: number): Query<{ id: string }> {
  return {
    sql: `UPDATE webhook_endpoints SET paused_until = ?3 + ?4
      WHERE tenant_id = ?1 AND id = ?2 AND paused_until <= ?3 RETURNING id`,
    params: [tenantId, id, now, PROBE_MILLISECONDS],
  }
}

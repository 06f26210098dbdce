import type { Query, SqlValue, Statement } from '../../../kernel/statement.ts'
import type { DeadFilter } from './types.ts'

/** A dead letter as it is stored. */
export interface DeadRow {
  readonly seq: number
  readonly id: string
  readonly type: string
  readonly version: number
  readonly aggregateType: string
  readonly aggregateId: string
  readonly aggregateVersion: number
  readonly attempts: number
  readonly deadAt: number
  readonly occurredAt: number
  readonly lastError: string | null
  /** JSON. */
  readonly waiting: string | null
  readonly traceId: string
}

/** Dead letters of a tenant before a place in the outbox, newest first. */
export function findDead(
  tenantId: string,
  filter: DeadFilter,
  page: { readonly before: number | null; readonly limit: number },
): Query<DeadRow> {
  return {
    sql: `SELECT seq, id, type, version, aggregate_type AS aggregateType,
        aggregate_id AS aggregateId, aggregate_version AS aggregateVersion, attempts,
        dead_at AS deadAt, occurred_at AS occurredAt, last_error AS lastError, waiting,
        trace_id AS traceId
      FROM outbox INDEXED BY outbox_dead
      WHERE tenant_id = ?1 AND dead_at IS NOT NULL AND seq < coalesce(?2, 9007199254740991)
        AND (?3 IS NULL OR id = ?3) AND (?4 IS NULL OR type = ?4) AND (?5 IS NULL OR dead_at >= ?5)
        AND (?6 IS NULL OR dead_at < ?6)
        AND (?7 IS NULL OR EXISTS (SELECT 1 FROM json_each(waiting) WHERE value = ?7))
      ORDER BY seq DESC LIMIT ?8`,
    params: [tenantId, page.before, ...filterParams(filter), page.limit],
  }
}

/** A dead letter with where its payload lies. */
export const findDeadById = (
  tenantId: string,
  id: string,
): Query<DeadRow & { readonly payload: string; readonly payloadKey: string | null }> => ({
  sql: `SELECT seq, id, type, version, aggregate_type AS aggregateType, aggregate_id AS aggregateId,
      aggregate_version AS aggregateVersion, attempts, dead_at AS deadAt,
      occurred_at AS occurredAt, last_error AS lastError, waiting, trace_id AS traceId, payload,
      payload_key AS payloadKey
    FROM outbox WHERE id = ?2 AND tenant_id = ?1 AND dead_at IS NOT NULL`,
  params: [tenantId, id],
})

/** A dead letter that is to be changed. */
export interface DeadKey {
  readonly seq: number
  readonly payloadKey: string | null
}

/** The dead letters of a filter, oldest first. */
export function findDeadKeys(tenantId: string, filter: DeadFilter, limit: number): Query<DeadKey> {
  return {
    sql: `SELECT seq, payload_key AS payloadKey FROM outbox INDEXED BY outbox_dead
      WHERE tenant_id = ?1 AND dead_at IS NOT NULL
        AND (?2 IS NULL OR id = ?2) AND (?3 IS NULL OR type = ?3) AND (?4 IS NULL OR dead_at >= ?4)
        AND (?5 IS NULL OR dead_at < ?5)
        AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(waiting) WHERE value = ?6))
      ORDER BY seq LIMIT ?7`,
    params: [tenantId, ...filterParams(filter), limit],
  }
}

/** Owes dead letters again, from their first try on: the same ids, the same subscribers. */
export function redriveDead(tenantId: string, seqs: readonly number[], now: number): Statement {
  return {
    sql: `UPDATE outbox SET dead_at = NULL, attempts = 0, available_at = ?3, redriven_at = ?3
      WHERE seq IN (SELECT value FROM json_each(?2)) AND tenant_id = ?1 AND dead_at IS NOT NULL`,
    params: [tenantId, JSON.stringify(seqs), now],
  }
}

/** Forgets dead letters for ever. */
export function purgeDead(tenantId: string, seqs: readonly number[]): Statement {
  return {
    sql: `DELETE FROM outbox
      WHERE seq IN (SELECT value FROM json_each(?2)) AND tenant_id = ?1 AND dead_at IS NOT NULL`,
    params: [tenantId, JSON.stringify(seqs)],
  }
}

/** Aborts the batch unless the statement before it changed so many rows. */
export function countGuard(count: number): Statement {
  return {
    sql: 'INSERT INTO commit_guards (state_allows) SELECT 0 WHERE changes() <> ?1',
    params: [count],
  }
}

function filterParams(filter: DeadFilter): SqlValue[] {
  return [
    filter.id ?? null,
    filter.type ?? null,
    filter.since ?? null,
    filter.until ?? null,
    filter.subscriber ?? null,
  ]
}

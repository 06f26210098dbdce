import type { Query } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import type { BulkDto } from './schemas.ts'
import type { Bulk, BulkState, Position } from './types.ts'

/** Adds a bulk operation and forgets those of the tenant before its newest `kept`. */
export function insertBulk(tenantId: string, bulk: Bulk, kept: number): Write[] {
  const { id, input, userId, position, done, refused, refusals, createdAt } = bulk
  const texts = [JSON.stringify(input), userId, JSON.stringify(position)]
  return [
    {
      statement: {
        sql: `DELETE FROM media_bulks WHERE tenant_id = ?1 AND id <=
          (SELECT id FROM media_bulks WHERE tenant_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
        params: [tenantId, kept],
      },
    },
    {
      statement: {
        sql: `INSERT INTO media_bulks (tenant_id, id, input, user_id, position, done, refused,
          refusals, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
        params: [tenantId, id, ...texts, done, refused, JSON.stringify(refusals), createdAt],
      },
    },
  ]
}

/** Those of the ids that the tenant has an asset of. */
export function findPresent(tenantId: string, ids: readonly string[]): Query<{ id: string }> {
  return {
    sql: `SELECT id FROM media_assets
      WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
    params: [tenantId, JSON.stringify(ids)],
  }
}

/** A row with what its job tells; null once nobody knows of the job. */
interface BulkRow {
  readonly input: string
  readonly userId: string | null
  readonly position: string
  readonly done: number
  readonly refused: number
  readonly refusals: string
  readonly createdAt: number
  readonly finishedAt: number | null
  readonly state: BulkDto['state'] | null
  readonly lastError: string | null
}

export function findBulk(tenantId: string, id: string): Query<BulkRow> {
  return {
    sql: `SELECT b.input, b.user_id AS userId, b.position, b.done, b.refused, b.refusals,
        b.created_at AS createdAt, b.finished_at AS finishedAt, j.state, j.last_error AS lastError
      FROM media_bulks b LEFT JOIN jobs j ON j.tenant_id = b.tenant_id AND j.id = b.id
      WHERE b.tenant_id = ?1 AND b.id = ?2`,
    params: [tenantId, id],
  }
}

export function toBulk(id: string, { state: _, lastError: __, ...row }: BulkRow): Bulk {
  return {
    ...row,
    id,
    input: JSON.parse(row.input),
    position: JSON.parse(row.position),
    refusals: JSON.parse(row.refusals),
  }
}

/** Those of the effects of a job that are committed. */
export function findCommitted(
  tenantId: string,
  job: string,
  effects: readonly string[],
): Query<{ id: string }> {
  return {
    sql: `SELECT event_id AS id FROM inbox WHERE tenant_id = ?1
      AND event_id IN (SELECT value FROM json_each(?3)) AND subscriber = ?2`,
    params: [tenantId, job, JSON.stringify(effects)],
  }
}

/** Notes how far a bulk operation is; no row when it is no longer at `before`. */
export function noteState(
  tenantId: string,
  id: string,
  before: Position,
  { position, done, refused, refusals }: BulkState,
): Query<{ id: string }> {
  const [from, to] = [JSON.stringify(before), JSON.stringify(position)]
  return {
    sql: `UPDATE media_bulks SET position = ?4, done = ?5, refused = ?6, refusals = ?7
      WHERE tenant_id = ?1 AND id = ?2 AND position = ?3 RETURNING id`,
    params: [tenantId, id, from, to, done, refused, JSON.stringify(refusals)],
  }
}

export function finishBulk(tenantId: string, id: string, now: number): Write {
  return {
    statement: {
      sql: 'UPDATE media_bulks SET finished_at = ?3 WHERE tenant_id = ?1 AND id = ?2',
      params: [tenantId, id, now],
    },
  }
}

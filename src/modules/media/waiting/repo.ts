import type { Query } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import type { Waiting, WaitingKind } from './types.ts'

/** A row as the database gives it. */
export interface WaitingRow extends Omit<Waiting, 'parts' | 'said'> {
  readonly parts: string
  readonly said: string
}

/** An upload of somebody. */
export interface Owned {
  readonly tenantId: string
  readonly id: string
  readonly userId: string
  readonly kind: WaitingKind
}

const COLUMNS = `id, kind, state, storage_key AS storageKey, bytes, arrived, epoch,
  multipart_id AS multipartId, parts, rest_epoch AS restEpoch, said, created_at AS createdAt,
  expires_at AS expiresAt`

/** An upload as it is used. What is kept as JSON was written by us. */
export function toWaiting(row: WaitingRow): Waiting {
  return { ...row, parts: JSON.parse(row.parts), said: JSON.parse(row.said) }
}

/** Makes an upload known, if the statement before it has changed a row. */
export function insertWaiting(
  { tenantId, id, userId, kind }: Owned,
  upload: Pick<Waiting, 'storageKey' | 'bytes' | 'said' | 'createdAt' | 'expiresAt'>,
): Query<{ id: string }> {
  const { storageKey, bytes, said, createdAt, expiresAt } = upload
  return {
    sql: `INSERT INTO media_uploads (tenant_id, id, user_id, kind, state, storage_key, bytes, arrived,
        epoch, parts, said, created_at, expires_at)
      SELECT ?1, ?2, ?3, ?4, 'open', ?5, ?6, 0, 0, '[]', ?7, ?8, ?9 WHERE changes() > 0 RETURNING id`,
    params: [
      tenantId,
      id,
      userId,
      kind,
      storageKey,
      bytes,
      JSON.stringify(said),
      createdAt,
      expiresAt,
    ],
  }
}

/** An upload of its owner. */
export function findWaiting({ tenantId, id, userId, kind }: Owned): Query<WaitingRow> {
  return {
    sql: `SELECT ${COLUMNS} FROM media_uploads
      WHERE tenant_id = ?1 AND id = ?2 AND user_id = ?3 AND kind = ?4`,
    params: [tenantId, id, userId, kind],
  }
}

/** Takes an upload over from whoever brought bytes before; no row when the offset is another. */
export function claimWaiting(
  { tenantId, id, userId, kind }: Owned,
  { offset, now }: { readonly offset: number; readonly now: number },
): Query<WaitingRow> {
  return {
    sql: `UPDATE media_uploads SET epoch = epoch + 1
      WHERE tenant_id = ?1 AND id = ?2 AND user_id = ?3 AND kind = ?4 AND expires_at > ?6
        AND (arrived = ?5 OR (state <> 'open' AND bytes = ?5))
      RETURNING ${COLUMNS}`,
    params: [tenantId, id, userId, kind, offset, now],
  }
}

/** Notes what is safe; no row when another request has taken the upload over, or it is gone. */
export function noteWaiting(
  tenantId: string,
  { id, epoch, state, arrived, multipartId, parts, restEpoch }: Waiting,
): Query<{ id: string }> {
  return {
    sql: `UPDATE media_uploads
      SET state = ?4, arrived = ?5, multipart_id = ?6, parts = ?7, rest_epoch = ?8
      WHERE tenant_id = ?1 AND id = ?2 AND epoch = ?3 AND state = 'open' RETURNING id`,
    params: [tenantId, id, epoch, state, arrived, multipartId, JSON.stringify(parts), restEpoch],
  }
}

/** Ends an upload of which an asset is made; breaks `unused` when one was made before. */
export function endWaiting(tenantId: string, id: string): Write {
  return {
    statement: {
      sql: `UPDATE media_uploads SET state = 'done', arrived = bytes
        WHERE tenant_id = ?1 AND id = ?2 AND state <> 'done'`,
      params: [tenantId, id],
    },
    guard: 'unused',
  }
}

/** Forgets an upload. */
export function forgetWaiting(tenantId: string, id: string): Query<{ id: string }> {
  return {
    sql: 'DELETE FROM media_uploads WHERE tenant_id = ?1 AND id = ?2 RETURNING id',
    params: [tenantId, id],
  }
}

/** Uploads of all tenants that have expired, the oldest first. */
export function findExpired(
  now: number,
  limit: number,
): Query<WaitingRow & { readonly tenantId: string }> {
  return {
    sql: `SELECT tenant_id AS tenantId, ${COLUMNS} FROM media_uploads
      WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2`,
    params: [now, limit],
  }
}

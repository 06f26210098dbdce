import type { Query, Statement } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import type { Reservation, StoredKey } from './types.ts'

/** What an upload is for. */
export interface Purpose {
  readonly folderId?: string | undefined
  readonly assetId?: string | undefined
}

/**
 * Takes so many bytes of a tenant’s quota and tells how many are used then; no row when they exceed it,
 * or what they are for does not exist. Nothing is taken for a request that has its answer, which the
 * gates tell of.
 */
export function takeBytes(
  tenantId: string,
  { folderId, assetId }: Purpose,
  taking: {
    readonly bytes: number
    readonly quota: number
    readonly now: number
    /** Of the request’s idempotency key. */
    readonly claimId: string | undefined
  },
): Query<{ used: number }> {
  const { bytes, quota, now, claimId } = taking
  return {
    sql: `INSERT INTO media_totals (tenant_id, bytes, walked_at)
      SELECT ?1, ?2, ?4 WHERE ?2 <= ?3
        AND (?5 IS NULL OR EXISTS (SELECT 1 FROM media_folders WHERE tenant_id = ?1 AND id = ?5))
        AND (?6 IS NULL OR EXISTS (SELECT 1 FROM media_assets WHERE tenant_id = ?1 AND id = ?6))
        AND NOT EXISTS (SELECT 1 FROM idempotency_keys WHERE tenant_id = ?1 AND id = ?7)
      ON CONFLICT (tenant_id) DO UPDATE SET bytes = bytes + excluded.bytes
        WHERE bytes + excluded.bytes <= ?3
      RETURNING bytes AS used`,
    params: [tenantId, bytes, quota, now, folderId ?? null, assetId ?? null, claimId ?? null],
  }
}

/** Makes an object known before its first byte is put, if the statement before it has changed a row. */
export function insertUploading(
  tenantId: string,
  { id, storageKey, reserved }: Omit<Reservation, 'most'>,
  now: number,
): Query<{ id: string }> {
  return {
    sql: `INSERT INTO media_objects (tenant_id, id, storage_key, state, bytes, since)
      SELECT ?1, ?2, ?3, 'uploading', ?4, ?5 WHERE changes() > 0 RETURNING id`,
    params: [tenantId, id, storageKey, reserved, now],
  }
}

/**
 * Keeps an object that has so many bytes. Breaks `row_found` when the sweep has taken it, and
 * `state_allows` when the quota has no room for what was not reserved.
 */
export function keepObject(
  tenantId: string,
  { id, reserved }: Pick<Reservation, 'id' | 'reserved'>,
  kept: { readonly bytes: number; readonly quota: number; readonly now: number },
): Write[] {
  const { bytes, quota, now } = kept
  const keep: Statement = {
    sql: `UPDATE media_objects SET state = 'kept', bytes = ?3, since = ?4
      WHERE tenant_id = ?1 AND id = ?2 AND state = 'uploading'`,
    params: [tenantId, id, bytes, now],
  }
  const settle: Statement = {
    sql: `UPDATE media_totals SET bytes = bytes + ?2
      WHERE tenant_id = ?1 AND (?2 <= 0 OR bytes + ?2 <= ?3)`,
    params: [tenantId, bytes - reserved, quota],
  }
  return [
    { statement: keep, guard: 'row_found' },
    ...(bytes === reserved ? [] : [{ statement: settle, guard: 'state_allows' as const }]),
  ]
}

/** Dooms the objects of every file of an asset. */
export function doomObjectsOf(tenantId: string, assetId: string, now: number): Write {
  return {
    statement: {
      sql: `UPDATE media_objects SET state = 'doomed', since = ?3 WHERE tenant_id = ?1 AND id IN
        (SELECT object_id FROM media_files WHERE tenant_id = ?1 AND asset_id = ?2)`,
      params: [tenantId, assetId, now],
    },
  }
}

/** Dooms an object that no file is to name. */
export function doomObject(tenantId: string, id: string, now: number): Write {
  return {
    statement: {
      sql: `UPDATE media_objects SET state = 'doomed', since = ?3
        WHERE tenant_id = ?1 AND id = ?2 AND state = 'uploading'`,
      params: [tenantId, id, now],
    },
  }
}

/** Dooms an upload that has come to nothing; no row when a file names it. */
export function doomUpload(tenantId: string, id: string, now: number): Query<StoredKey> {
  return {
    sql: `UPDATE media_objects SET state = 'doomed', since = ?3
      WHERE tenant_id = ?1 AND id = ?2 AND state <> 'kept' RETURNING id, storage_key AS storageKey`,
    params: [tenantId, id, now],
  }
}

/** Those of the objects that are doomed. */
export function findDoomed(tenantId: string, ids: readonly string[]): Query<StoredKey> {
  return {
    sql: `SELECT id, storage_key AS storageKey FROM media_objects
      WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND state = 'doomed'`,
    params: [tenantId, JSON.stringify(ids)],
  }
}

/** Forgets doomed objects that are gone, and gives their bytes back. */
export function forgetObjects(tenantId: string, ids: readonly string[]): Query<{ id: string }>[] {
  const params = [tenantId, JSON.stringify(ids)]
  return [
    {
      sql: `UPDATE media_totals SET bytes = max(0, bytes -
          (SELECT coalesce(sum(bytes), 0) FROM media_objects WHERE tenant_id = ?1
            AND id IN (SELECT value FROM json_each(?2)) AND state = 'doomed'))
        WHERE tenant_id = ?1`,
      params,
    },
    {
      sql: `DELETE FROM media_objects WHERE tenant_id = ?1
        AND id IN (SELECT value FROM json_each(?2)) AND state = 'doomed' RETURNING id`,
      params,
    },
  ]
}

/** An object of some tenant that is to go. */
export type OwedObject = StoredKey & { readonly tenantId: string }

/**
 * Dooms the oldest uploads of all tenants that began before an instant. The index of what is owed is
 * found by its own condition.
 */
export function doomStale(before: number, now: number, limit: number): Query<{ id: string }> {
  return {
    sql: `UPDATE media_objects SET state = 'doomed', since = ?2 WHERE (tenant_id, id) IN
        (SELECT tenant_id, id FROM media_objects WHERE state = 'uploading' AND state <> 'kept' AND since < ?1
          ORDER BY since LIMIT ?3)
      RETURNING id`,
    params: [before, now, limit],
  }
}

/** The doomed objects of all tenants that wait longest. */
export function findOwed(limit: number): Query<OwedObject> {
  return {
    sql: `SELECT tenant_id AS tenantId, id, storage_key AS storageKey FROM media_objects
      WHERE state = 'doomed' AND state <> 'kept' ORDER BY since LIMIT ?1`,
    params: [limit],
  }
}

/** Those of the ids that the tenant has an object of. */
export function findKnown(tenantId: string, ids: readonly string[]): Query<{ id: string }> {
  return {
    sql: `SELECT id FROM media_objects
      WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
    params: [tenantId, JSON.stringify(ids)],
  }
}

/** The tenant that was not searched for strays for longest, and where the search goes on. */
export function findWalk(
  before: number,
): Query<{ readonly tenantId: string; readonly cursor: string | null }> {
  return {
    sql: `SELECT tenant_id AS tenantId, walk_cursor AS cursor FROM media_totals
      WHERE walked_at < ?1 ORDER BY walked_at LIMIT 1`,
    params: [before],
  }
}

/** Notes how far the search is; without a cursor it is over for now. */
export function noteWalk(
  tenantId: string,
  cursor: string | undefined,
  now: number,
): Query<{ tenantId: string }> {
  return {
    sql: `UPDATE media_totals SET walk_cursor = ?2,
        walked_at = CASE WHEN ?2 IS NULL THEN ?3 ELSE walked_at END
      WHERE tenant_id = ?1 RETURNING tenant_id AS tenantId`,
    params: [tenantId, cursor ?? null, now],
  }
}

/** The bytes that a tenant uses. */
export function findTotal(tenantId: string): Query<{ bytes: number }> {
  return { sql: 'SELECT bytes FROM media_totals WHERE tenant_id = ?1', params: [tenantId] }
}

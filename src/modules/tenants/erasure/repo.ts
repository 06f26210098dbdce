import type { Query, Statement } from '../../../kernel/statement.ts'

/**
 * Tenants whose deletion was requested at an instant or before, and those whose erasure has begun, by
 * id.
 */
export function findDue(requestedBy: number, limit: number): Query<{ id: string }> {
  return {
    sql: `SELECT id FROM tenants WHERE status = 'deleting'
      AND (deletion_requested_at <= ?1 OR settings ->> '$.erased' IS NOT NULL)
      ORDER BY id LIMIT ?2`,
    params: [requestedBy, limit],
  }
}

/**
 * Puts the count of erased rows in place of a tenant's settings. Changes nothing when that was done
 * before, and for a tenant that is not to be deleted.
 */
export function beginErasure(id: string, progress: string, now: number): Statement {
  return {
    sql: `UPDATE tenants SET settings = ?2, version = version + 1, updated_at = ?3
      WHERE id = ?1 AND status = 'deleting' AND is_control = 0
      AND settings ->> '$.erased' IS NULL`,
    params: [id, progress, now],
  }
}

/** Adds the rows that the statement before it has removed from a table to the tenant's count. */
export function tallyErased(id: string, table: string): Statement {
  return {
    sql: `UPDATE tenants SET settings = json_set(settings, '$.erased.' || ?2,
        coalesce(settings -> '$.erased' ->> ?2, 0) + changes())
      WHERE id = ?1 AND status = 'deleting' AND changes() > 0`,
    params: [id, table],
  }
}

/** Removes the tenant's own row. */
export function deleteTenant(id: string): Statement {
  return { sql: `DELETE FROM tenants WHERE id = ?1 AND status = 'deleting'`, params: [id] }
}

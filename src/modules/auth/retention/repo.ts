import type { Query } from '../../../kernel/statement.ts'

/**
 * Removes refresh tokens of sessions whose time is over, at most `limit`, and at most as many of those
 * sessions that have no token left. The longest over go first.
 */
export function deleteSessions(before: number, limit: number): Query<{ swept: number }>[] {
  const params = [before, limit] as const
  return [
    {
      sql: `DELETE FROM refresh_tokens WHERE (tenant_id, hash) IN (
        SELECT t.tenant_id, t.hash FROM sessions s
        CROSS JOIN refresh_tokens t ON t.tenant_id = s.tenant_id AND t.session_id = s.id
        WHERE s.expires_at < ?1 ORDER BY s.expires_at LIMIT ?2)
        RETURNING 1 AS swept`,
      params,
    },
    {
      sql: `DELETE FROM sessions WHERE (tenant_id, id) IN (
        SELECT s.tenant_id, s.id FROM sessions s
        WHERE s.expires_at < ?1 AND NOT EXISTS (
          SELECT 1 FROM refresh_tokens t WHERE t.tenant_id = s.tenant_id AND t.session_id = s.id)
        ORDER BY s.expires_at LIMIT ?2)
        RETURNING 1 AS swept`,
      params,
    },
  ]
}

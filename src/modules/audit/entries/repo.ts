import type { Query } from '../../../kernel/statement.ts'
import type { AuditFacts } from '../../commit/index.ts'

/** An entry as it is stored; without a place while it is not sealed. */
export interface EntryRow extends AuditFacts {
  readonly seq: number | null
  readonly chain: string | null
  readonly mac: string
}

/** What entries are looked for; null does not matter. */
export interface EntryFilter {
  readonly actorId: string | null
  readonly targetId: string | null
  readonly targetType: string | null
  readonly requestId: string | null
  /** An action, or the beginning of one. */
  readonly action: string | null
  /** Epoch milliseconds, inclusive. */
  readonly since: number | null
  /** Exclusive. */
  readonly until: number | null
}

/** Ids after the first and before the second, and how many entries. */
export interface EntryRange {
  readonly from: string
  readonly before: string
  readonly limit: number
}

const ENTRY = `tenant_id AS tenantId, id, occurred_at AS occurredAt, actor_kind AS actorKind,
  actor_id AS actorId, credential, action, target_type AS targetType, target_id AS targetId,
  request_id AS requestId, client_address AS clientAddress, changes, seq, chain, mac`

/** Sorts behind every character of an action. */
const BEHIND = '~'

const MATCHES = `id > ?2 AND id < ?3 AND (?5 IS NULL OR actor_id = ?5)
  AND (?6 IS NULL OR target_id = ?6) AND (?7 IS NULL OR target_type = ?7)
  AND (?8 IS NULL OR request_id = ?8) AND (?9 IS NULL OR action >= ?9 AND action < ?9 || '${BEHIND}')
  AND (?10 IS NULL OR occurred_at >= ?10) AND (?11 IS NULL OR occurred_at < ?11)`

/** The ways to entries: by time alone, by what an index of sealed entries leads to, and the newest. */
const WAYS = {
  time: `FROM audit_log NOT INDEXED WHERE tenant_id = ?1`,
  actor: `FROM audit_log INDEXED BY audit_log_by_actor
    WHERE tenant_id = ?1 AND seq IS NOT NULL AND actor_id = ?5`,
  target: `FROM audit_log INDEXED BY audit_log_by_target
    WHERE tenant_id = ?1 AND seq IS NOT NULL AND target_id = ?6`,
  request: `FROM audit_log INDEXED BY audit_log_by_request
    WHERE tenant_id = ?1 AND seq IS NOT NULL AND request_id = ?8`,
  unsealed: `FROM audit_log INDEXED BY audit_log_unsealed WHERE tenant_id = ?1 AND seq IS NULL`,
} as const

/** How entries are found. `action` steps from one action to the next, of which there are few. */
export type Way = keyof typeof WAYS | 'action'

/** Entries of a tenant, newest first. */
export function findEntries(
  tenantId: string,
  way: Way,
  filter: EntryFilter,
  range: EntryRange,
): Query<EntryRow> {
  const { actorId, targetId, targetType, requestId, action, since, until } = filter
  const { from, before, limit } = range
  return {
    sql: way === 'action' ? BY_ACTION : `SELECT ${ENTRY} ${WAYS[way]} AND ${MATCHES} ${NEWEST}`,
    params: [
      tenantId,
      from,
      before,
      limit,
      actorId,
      targetId,
      targetType,
      requestId,
      action,
      since,
      until,
    ],
  }
}

const NEWEST = 'ORDER BY id DESC LIMIT ?4'

const NEXT_ACTION = `SELECT min(action) FROM audit_log INDEXED BY audit_log_by_action
  WHERE tenant_id = ?1 AND seq IS NOT NULL AND action < ?9 || '${BEHIND}'`

const BY_ACTION = `WITH RECURSIVE actions (name) AS (
    SELECT (${NEXT_ACTION} AND action >= ?9)
    UNION ALL
    SELECT (${NEXT_ACTION} AND action > actions.name) FROM actions WHERE actions.name IS NOT NULL)
  SELECT ${ENTRY} FROM actions CROSS JOIN audit_log e ON e.tenant_id = ?1 AND e.id IN (
    SELECT id FROM audit_log x INDEXED BY audit_log_by_action
    WHERE x.tenant_id = ?1 AND x.seq IS NOT NULL AND x.action = actions.name AND ${MATCHES}
    ${NEWEST})
  ${NEWEST}`

/** One entry. */
export function findEntry(tenantId: string, id: string): Query<EntryRow> {
  return {
    sql: `SELECT ${ENTRY} FROM audit_log WHERE tenant_id = ?1 AND id = ?2`,
    params: [tenantId, id],
  }
}

/** Entries of a tenant, oldest first. */
export function findOldestEntries(
  tenantId: string,
  time: Pick<EntryFilter, 'since' | 'until'>,
  range: EntryRange,
): Query<EntryRow> {
  return {
    sql: `SELECT ${ENTRY} FROM audit_log NOT INDEXED WHERE tenant_id = ?1 AND id > ?2 AND id < ?3
      AND (?5 IS NULL OR occurred_at >= ?5) AND (?6 IS NULL OR occurred_at < ?6)
      ORDER BY id LIMIT ?4`,
    params: [tenantId, range.from, range.before, range.limit, time.since, time.until],
  }
}

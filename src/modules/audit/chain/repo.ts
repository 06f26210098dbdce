import type { Query, Statement } from '../../../kernel/statement.ts'
import type { AuditFacts } from '../../commit/index.ts'
import type { Head, Position, StoredHead } from './types.ts'

const HEAD = `h.tenant_id AS tenantId, h.seq AS seq, h.chain AS chain, h.anchor_seq AS anchorSeq,
  h.anchor_chain AS anchorChain, h.mac AS mac`

/** An entry without a place, with the head of its tenant where that has one. */
export interface OwedRow {
  readonly id: string
  readonly owner: string
  readonly entryMac: string
  readonly tenantId: string | null
  readonly seq: number | null
  readonly chain: string | null
  readonly anchorSeq: number | null
  readonly anchorChain: string | null
  readonly mac: string | null
  /** 1 when the tenant has places but no head. */
  readonly isOrphan: number
}

const OWED = `SELECT l.id AS id, l.tenant_id AS owner, l.mac AS entryMac, ${HEAD},
    h.tenant_id IS NULL AND EXISTS (SELECT 1 FROM audit_log s INDEXED BY audit_log_chain
      WHERE s.tenant_id = l.tenant_id AND s.seq IS NOT NULL) AS isOrphan
  FROM audit_log l INDEXED BY audit_log_unsealed
  LEFT JOIN audit_heads h ON h.tenant_id = l.tenant_id`

/** Entries without a place behind another one, of all tenants, by tenant and id. */
export function findOwed(
  after: { readonly tenantId: string; readonly id: string },
  limit: number,
): Query<OwedRow> {
  return {
    sql: `${OWED} WHERE l.seq IS NULL AND (l.tenant_id, l.id) > (?1, ?2)
      ORDER BY l.tenant_id, l.id LIMIT ?3`,
    params: [after.tenantId, after.id, limit],
  }
}

/** As `findOwed`, of one tenant. */
export function findOwedOf(
  after: { readonly tenantId: string; readonly id: string },
  limit: number,
): Query<OwedRow> {
  return {
    sql: `${OWED} WHERE l.tenant_id = ?1 AND l.seq IS NULL AND l.id > ?2 ORDER BY l.id LIMIT ?3`,
    params: [after.tenantId, after.id, limit],
  }
}

/**
 * Sets a tenant's head in place of the one whose proof is named, `null` for none; changes nothing when
 * there is another one.
 */
export function replaceHead(head: StoredHead, before: string | null, dueAt: number): Statement {
  return {
    sql: `INSERT INTO audit_heads (tenant_id, seq, chain, anchor_seq, anchor_chain, mac, due_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?8)
      ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, chain = excluded.chain,
        anchor_seq = excluded.anchor_seq, anchor_chain = excluded.anchor_chain, mac = excluded.mac
      WHERE audit_heads.mac = ?7`,
    params: [
      head.tenantId,
      head.seq,
      head.chain,
      head.anchorSeq,
      head.anchorChain,
      head.mac,
      before,
      dueAt,
    ],
  }
}

/** Gives entries of a tenant their places. The LIMIT has the list lead, each entry by its key. */
export function placeEntries(
  tenantId: string,
  sealed: readonly (Position & { readonly id: string })[],
): Statement {
  return {
    sql: `UPDATE audit_log SET seq = given.seq, chain = given.chain
      FROM (SELECT value ->> 'id' AS id, value ->> 'seq' AS seq, value ->> 'chain' AS chain
        FROM json_each(?2) LIMIT -1) given
      WHERE audit_log.tenant_id = ?1 AND audit_log.id = given.id AND audit_log.seq IS NULL`,
    params: [tenantId, JSON.stringify(sealed)],
  }
}

/** Aborts the batch unless the statement before it changed so many rows. */
export function countGuard(count: number): Statement {
  return {
    sql: 'INSERT INTO commit_guards (state_allows) SELECT 0 WHERE changes() <> ?1',
    params: [count],
  }
}

/** A tenant's head with the first and the last place that an entry has. */
export function findHead(
  tenantId: string,
): Query<Partial<StoredHead> & { readonly first: number | null; readonly last: number | null }> {
  return {
    sql: `SELECT ${HEAD}, edges.first AS first, edges.last AS last
      FROM (SELECT (SELECT min(seq) FROM audit_log WHERE tenant_id = ?1 AND seq IS NOT NULL) AS first,
        (SELECT max(seq) FROM audit_log WHERE tenant_id = ?1 AND seq IS NOT NULL) AS last) edges
      LEFT JOIN audit_heads h ON h.tenant_id = ?1`,
    params: [tenantId],
  }
}

/** An entry with its place and its proof. */
export type SealedRow = AuditFacts & Position & { readonly mac: string }

/** Entries of a tenant behind a place and up to another one, in the order of the chain. */
export function findSealed(
  tenantId: string,
  range: { readonly after: number; readonly last: number; readonly limit: number },
): Query<SealedRow> {
  return {
    sql: `SELECT tenant_id AS tenantId, id, occurred_at AS occurredAt, actor_kind AS actorKind,
        actor_id AS actorId, credential, action, target_type AS targetType, target_id AS targetId,
        request_id AS requestId, client_address AS clientAddress, changes, mac, seq, chain
      FROM audit_log WHERE tenant_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4`,
    params: [tenantId, range.after, range.last, range.limit],
  }
}

/** Heads that retention is to look at, those that wait longest first. */
export function findDueHeads(now: number, limit: number): Query<StoredHead> {
  return {
    sql: `SELECT ${HEAD} FROM audit_heads h WHERE h.due_at <= ?1 ORDER BY h.due_at LIMIT ?2`,
    params: [now, limit],
  }
}

/** Has retention look at a tenant again. */
export function postponeHead(tenantId: string, dueAt: number): Statement {
  return {
    sql: 'UPDATE audit_heads SET due_at = ?2 WHERE tenant_id = ?1',
    params: [tenantId, dueAt],
  }
}

/** The oldest entries behind the anchor. */
export function findOldest(
  { tenantId, anchorSeq }: Head,
  limit: number,
): Query<Position & { readonly occurredAt: number }> {
  return {
    sql: `SELECT seq, chain, occurred_at AS occurredAt FROM audit_log
      WHERE tenant_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3`,
    params: [tenantId, anchorSeq, limit],
  }
}

/** Removes what the anchor has passed. */
export function deletePassed({ tenantId, anchorSeq }: Head): Query<{ swept: number }> {
  return {
    sql: 'DELETE FROM audit_log WHERE tenant_id = ?1 AND seq <= ?2 RETURNING 1 AS swept',
    params: [tenantId, anchorSeq],
  }
}

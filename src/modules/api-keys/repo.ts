import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { limits } from '../../kernel/limits.ts'
import {
  type Query,
  type Statement,
  builder,
  columns,
  prepare,
  prepareEach,
} from '../../kernel/statement.ts'
import type { Row } from '../../ports/database.ts'
import type { Write } from '../commit/index.ts'
import { apiKeys } from './tables.ts'
import type { ApiKey, KeyRecord, Maker } from './types.ts'

const selection = columns({
  id: apiKeys.id,
  userId: apiKeys.userId,
  name: apiKeys.name,
  scopes: apiKeys.scopes,
  allowedAddresses: apiKeys.allowedAddresses,
  expiresAt: apiKeys.expiresAt,
  endsAt: apiKeys.endsAt,
  revokedAt: apiKeys.revokedAt,
  replacedBy: apiKeys.replacedBy,
  lastUsedAt: apiKeys.lastUsedAt,
  lastUsedAddress: apiKeys.lastUsedAddress,
  version: apiKeys.version,
  createdAt: apiKeys.createdAt,
  updatedAt: apiKeys.updatedAt,
})

/** A row of `api_keys`; lists are JSON text. */
type KeyRow = Omit<ApiKey, 'scopes' | 'allowedAddresses'> & {
  readonly scopes: string
  readonly allowedAddresses: string
}

/** Reads the lists of a row. */
export function toKey(row: KeyRow): ApiKey {
  return {
    ...row,
    scopes: JSON.parse(row.scopes),
    allowedAddresses: JSON.parse(row.allowedAddresses),
  }
}

export const findKeyRow = prepare((bind) =>
  builder
    .select(selection)
    .from(apiKeys)
    .where(and(eq(apiKeys.tenantId, bind('tenantId')), eq(apiKeys.id, bind('id')))),
)

/** Keys made before the id, newest first; those of one user when the shape is true. */
export const findKeyRows = prepareEach((isOfUser: boolean, bind) =>
  builder
    .select(selection)
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.tenantId, bind('tenantId')),
        // Without the hint SQLite walks all keys of the tenant by the primary key.
        isOfUser ? sql`unlikely(${eq(apiKeys.userId, bind('userId'))})` : undefined,
        lt(apiKeys.id, bind('before')),
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(sql.placeholder('limit')),
)

/** Whom a mail about keys goes to. */
export function findMaker(tenantId: string, userId: string): Query<Maker> {
  return {
    sql: 'SELECT email, name FROM users WHERE tenant_id = ? AND id = ?',
    params: [tenantId, userId],
  }
}

/** Adds a key; refused by `state_allows` when its user has as many live ones as there may be. */
export function insertKey(tenantId: string, key: ApiKey, hash: string): Write {
  return {
    statement: {
      sql: `INSERT INTO api_keys (tenant_id, id, user_id, name, hash, scopes, allowed_addresses,
        expires_at, ends_at, version, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11 WHERE (
          SELECT count(*) FROM api_keys WHERE tenant_id = ?1 AND unlikely(user_id = ?3)
            AND (ends_at IS NULL OR ends_at > ?11)) < ?12`,
      params: [
        tenantId,
        key.id,
        key.userId,
        key.name,
        hash,
        JSON.stringify(key.scopes),
        JSON.stringify(key.allowedAddresses),
        key.expiresAt,
        key.endsAt,
        key.version,
        key.createdAt,
        limits.keys.perUser,
      ],
    },
    guard: 'state_allows',
  }
}

const update = prepare((bind) =>
  builder
    .update(apiKeys)
    .set({
      name: bind('name'),
      scopes: bind('scopes'),
      allowedAddresses: bind('allowedAddresses'),
      endsAt: bind('endsAt'),
      revokedAt: bind('revokedAt'),
      replacedBy: bind('replacedBy'),
      version: bind('version'),
      updatedAt: bind('updatedAt'),
    })
    .where(
      and(
        eq(apiKeys.tenantId, bind('tenantId')),
        eq(apiKeys.id, bind('id')),
        eq(apiKeys.version, bind('replaces')),
      ),
    ),
)

/** Writes a key over the version before it. */
export function updateKey(tenantId: string, key: ApiKey): Write {
  return {
    statement: update({
      tenantId,
      id: key.id,
      name: key.name,
      scopes: JSON.stringify(key.scopes),
      allowedAddresses: JSON.stringify(key.allowedAddresses),
      endsAt: key.endsAt,
      revokedAt: key.revokedAt,
      replacedBy: key.replacedBy,
      version: key.version,
      updatedAt: key.updatedAt,
      replaces: key.version - 1,
    }),
    guard: 'version_matches',
  }
}

/** A key with its hash and its maker; lists are JSON text. */
interface HeldRow extends Omit<KeyRecord, 'scopes' | 'allowedAddresses' | 'roles' | 'tenantId'> {
  readonly scopes: string
  readonly allowedAddresses: string
  readonly roles: string
  readonly hash: string
  readonly status: string
}

/** A key for a request that presents it; no row without its maker. */
export function findHeldKey(tenantId: string, keyId: string): Query<HeldRow> {
  return {
    sql: `SELECT k.id AS id, k.user_id AS userId, k.hash AS hash, k.scopes AS scopes,
      k.allowed_addresses AS allowedAddresses, k.ends_at AS endsAt, k.last_used_at AS lastUsedAt,
      k.version AS version, u.status AS status, u.security_version AS securityVersion,
      (SELECT json_group_array(r.role) FROM user_roles r
        WHERE r.tenant_id = k.tenant_id AND r.user_id = k.user_id) AS roles
      FROM api_keys k JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
      WHERE k.tenant_id = ?1 AND k.id = ?2`,
    params: [tenantId, keyId],
  }
}

export function toKeyRecord(tenantId: string, row: HeldRow): KeyRecord {
  const { hash: _, status: __, scopes, allowedAddresses, roles, ...rest } = row
  const held = JSON.parse(roles) as string[] // -- json_group_array of a text column
  return {
    ...rest,
    tenantId,
    scopes: JSON.parse(scopes),
    allowedAddresses: JSON.parse(allowedAddresses),
    roles: held.sort(),
  }
}

const currentParams = (key: KeyRecord, now: number) =>
  [key.tenantId, key.id, key.version, now, key.securityVersion] as const

/** The tenant's version, in a row that exists while the key and its maker are as they were read. */
export function findCurrentKey(key: KeyRecord, now: number): Query<Row> {
  return {
    sql: `SELECT version FROM tenants WHERE id = ?1 AND EXISTS (
      SELECT 1 FROM api_keys k JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
      WHERE k.tenant_id = ?1 AND k.id = ?2 AND k.version = ?3
      AND (k.ends_at IS NULL OR k.ends_at > ?4)
      AND u.status = 'active' AND u.security_version = ?5)`,
    params: currentParams(key, now),
  }
}

/**
 * Aborts a write by `key_current` when the key or its maker is no longer as it was read, and by
 * `tenant_current` when the tenant has another version.
 */
export function keyGuard(key: KeyRecord, now: number, tenantVersion: number): Statement {
  return {
    sql: `INSERT INTO commit_guards (key_current, tenant_current)
      SELECT nullif(held, 1), nullif(current, 1) FROM (SELECT EXISTS (
        SELECT 1 FROM api_keys k JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
        WHERE k.tenant_id = ?1 AND k.id = ?2 AND k.version = ?3
        AND (k.ends_at IS NULL OR k.ends_at > ?4)
        AND u.status = 'active' AND u.security_version = ?5) AS held,
      EXISTS (SELECT 1 FROM tenants WHERE id = ?1 AND version = ?6) AS current)
      WHERE NOT (held AND current)`,
    params: [...currentParams(key, now), tenantVersion],
  }
}

/** Notes a use, unless one was noted within the pause before. */
export function noteUse(
  { tenantId, id }: KeyRecord,
  address: string | null,
  now: number,
): Query<{ id: string }> {
  return {
    sql: `UPDATE api_keys SET last_used_at = ?3, last_used_address = ?4
      WHERE tenant_id = ?1 AND id = ?2 AND coalesce(last_used_at, 0) <= ?3 - ?5 RETURNING id`,
    params: [tenantId, id, now, address, limits.keys.usePauseMilliseconds],
  }
}

export const deleteKeysOf = prepare((bind) =>
  builder.delete(apiKeys).where(
    and(
      eq(apiKeys.tenantId, bind('tenantId')),
      // As for lists.
      sql`unlikely(${eq(apiKeys.userId, bind('userId'))})`,
    ),
  ),
)

/** Removes the keys that ended before an instant, the longest dead first. */
export function deleteEndedKeys(before: number, limit: number): Query<{ swept: number }> {
  return {
    sql: `DELETE FROM api_keys WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM api_keys WHERE ends_at < ?1 ORDER BY ends_at LIMIT ?2)
      RETURNING 1 AS swept`,
    params: [before, limit],
  }
}

import { aliasedTable, and, desc, eq, gt, lt, sql } from 'drizzle-orm'
import { type Query, type Statement, builder, columns, prepare } from '../../../kernel/statement.ts'
import type { Row } from '../../../ports/database.ts'
import type { AccessClaims } from '../../../ports/tokens.ts'
import { type UserRow, toUserRecord, userColumns } from '../repo.ts'
import { openSessionsOf, refreshTokens, sessions } from '../session-store/index.ts'
import { users } from '../tables.ts'
import type { RefreshRecord } from '../types.ts'
import { loginHistory } from './tables.ts'

const heir = aliasedTable(refreshTokens, 'heir')

/** A refresh token by its hash, with session, user and the heir by its own hash. */
export const findRefreshToken = prepare((bind) =>
  builder
    .select(
      columns({
        ...userColumns,
        usedAt: refreshTokens.usedAt,
        heirIssuedAt: heir.issuedAt,
        heirUsedAt: heir.usedAt,
        sessionId: sessions.id,
        idleExpiresAt: sessions.idleExpiresAt,
        expiresAt: sessions.expiresAt,
        revokedAt: sessions.revokedAt,
      }),
    )
    .from(refreshTokens)
    .innerJoin(
      sessions,
      and(eq(sessions.tenantId, refreshTokens.tenantId), eq(sessions.id, refreshTokens.sessionId)),
    )
    .innerJoin(users, and(eq(users.tenantId, sessions.tenantId), eq(users.id, sessions.userId)))
    .leftJoin(heir, and(eq(heir.tenantId, refreshTokens.tenantId), eq(heir.hash, bind('heirHash'))))
    .where(and(eq(refreshTokens.tenantId, bind('tenantId')), eq(refreshTokens.hash, bind('hash')))),
)

type RefreshRow = UserRow & Omit<RefreshRecord, 'user'>

export function toRefreshRecord(row: RefreshRow): RefreshRecord {
  const {
    usedAt,
    heirIssuedAt,
    heirUsedAt,
    sessionId,
    idleExpiresAt,
    expiresAt,
    revokedAt,
    ...user
  } = row
  return {
    usedAt,
    heirIssuedAt,
    heirUsedAt,
    sessionId,
    idleExpiresAt,
    expiresAt,
    revokedAt,
    user: toUserRecord(user),
  }
}

/** Notes a log-in or a failed one. */
export const insertLogin = prepare((bind) =>
  builder.insert(loginHistory).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    userId: bind('userId'),
    outcome: bind('outcome'),
    sessionId: bind('sessionId'),
    clientAddress: bind('clientAddress'),
    country: bind('country'),
    userAgent: bind('userAgent'),
    createdAt: bind('now'),
  }),
)

/** Sessions of a user that live and were made before the id, newest first. */
export const findSessions = prepare((bind) =>
  builder
    .select(
      columns({
        id: sessions.id,
        clientAddress: sessions.clientAddress,
        country: sessions.country,
        userAgent: sessions.userAgent,
        createdAt: sessions.createdAt,
        lastUsedAt: sessions.lastUsedAt,
        idleExpiresAt: sessions.idleExpiresAt,
        expiresAt: sessions.expiresAt,
      }),
    )
    .from(sessions)
    .where(
      and(
        openSessionsOf(bind),
        lt(sessions.id, bind('before')),
        gt(sessions.idleExpiresAt, bind('now')),
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(sql.placeholder('limit')),
)

/** Log-ins of a user and failed ones from before the id, newest first. */
export const findLogins = prepare((bind) =>
  builder
    .select(
      columns({
        id: loginHistory.id,
        outcome: loginHistory.outcome,
        sessionId: loginHistory.sessionId,
        clientAddress: loginHistory.clientAddress,
        country: loginHistory.country,
        userAgent: loginHistory.userAgent,
        createdAt: loginHistory.createdAt,
      }),
    )
    .from(loginHistory)
    .where(
      and(
        eq(loginHistory.tenantId, bind('tenantId')),
        // Without the hint the log-ins of all users are walked.
        sql`unlikely(${eq(loginHistory.userId, bind('userId'))})`,
        lt(loginHistory.id, bind('before')),
      ),
    )
    .orderBy(desc(loginHistory.id))
    .limit(sql.placeholder('limit')),
)

/** Removes the oldest entries of the history that were made before an instant. */
export function deleteLogins(before: number, limit: number): Query<{ swept: number }> {
  return {
    sql: `DELETE FROM login_history WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM login_history WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)
      RETURNING 1 AS swept`,
    params: [before, limit],
  }
}

/** Forgets where the log-ins of a user, who is deleted, came from. */
export function eraseLoginsOf(tenantId: string, userId: string): Statement {
  return {
    sql: `UPDATE login_history SET client_address = NULL, country = NULL, user_agent = NULL
      WHERE tenant_id = ?1 AND unlikely(user_id = ?2)`,
    params: [tenantId, userId],
  }
}

const ALIVE = `SELECT 1 FROM sessions s JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
  WHERE s.tenant_id = ?1 AND s.id = ?2 AND s.user_id = ?3 AND s.revoked_at IS NULL
  AND s.idle_expires_at > ?4 AND s.expires_at > ?4 AND u.status = 'active' AND u.security_version = ?5`

const aliveParams = (claims: AccessClaims, now: number) =>
  [claims.tenantId, claims.sessionId, claims.userId, now, claims.securityVersion] as const

/** The tenant's version, in a row that exists while the session of the claims lives. */
export function findLiveSession(claims: AccessClaims, now: number): Query<Row> {
  return {
    sql: `SELECT version FROM tenants WHERE id = ?1 AND EXISTS (${ALIVE})`,
    params: aliveParams(claims, now),
  }
}

/**
 * Aborts a write by `session_alive` when the session has ended and by `tenant_current` when the
 * tenant has another version.
 */
export function sessionGuard(claims: AccessClaims, now: number, tenantVersion: number): Statement {
  return {
    sql: `INSERT INTO commit_guards (session_alive, tenant_current)
      SELECT nullif(alive, 1), nullif(current, 1) FROM (SELECT EXISTS (${ALIVE}) AS alive,
      EXISTS (SELECT 1 FROM tenants WHERE id = ?1 AND version = ?6) AS current)
      WHERE NOT (alive AND current)`,
    params: [...aliveParams(claims, now), tenantVersion],
  }
}

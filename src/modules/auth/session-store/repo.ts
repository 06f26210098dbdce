import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import {
  type Bind,
  type Query,
  type Statement,
  builder,
  prepare,
} from '../../../kernel/statement.ts'
import { refreshTokens, sessions } from './tables.ts'

export const insertSession = prepare((bind) =>
  builder.insert(sessions).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    userId: bind('userId'),
    clientAddress: bind('clientAddress'),
    userAgent: bind('userAgent'),
    country: bind('country'),
    createdAt: bind('now'),
    lastUsedAt: bind('now'),
    idleExpiresAt: bind('idleExpiresAt'),
    expiresAt: bind('expiresAt'),
  }),
)

const openSession = (bind: Bind) =>
  and(
    eq(sessions.tenantId, bind('tenantId')),
    eq(sessions.id, bind('id')),
    isNull(sessions.revokedAt),
  )

export const touchSession = prepare((bind) =>
  builder
    .update(sessions)
    .set({ lastUsedAt: bind('now'), idleExpiresAt: bind('idleExpiresAt') })
    .where(openSession(bind)),
)

/** Lets a session do what is sensitive until an instant. */
export const elevateSession = prepare((bind) =>
  builder
    .update(sessions)
    .set({ elevatedUntil: bind('until') })
    .where(openSession(bind)),
)

const ended = (bind: Bind) => ({ revokedAt: bind('now'), revokedBecause: bind('because') })

export const endSession = prepare((bind) =>
  builder.update(sessions).set(ended(bind)).where(openSession(bind)),
)

/** Ends a session of the user. */
export const endSessionOf = prepare((bind) =>
  builder
    .update(sessions)
    .set(ended(bind))
    .where(and(openSession(bind), eq(sessions.userId, bind('userId')))),
)

/** The sessions of a user that have not ended: the values are `tenantId` and `userId`. */
export const openSessionsOf = (bind: Bind) =>
  and(
    eq(sessions.tenantId, bind('tenantId')),
    // Without the hint all sessions of the tenant are walked.
    sql`unlikely(${eq(sessions.userId, bind('userId'))})`,
    isNull(sessions.revokedAt),
  )

/** Ends every session of a user that has not ended. */
export const endSessionsOf = prepare((bind) =>
  builder.update(sessions).set(ended(bind)).where(openSessionsOf(bind)),
)

/** Ends the sessions of a user but the one with the id `except`. */
export const endOtherSessions = prepare((bind) =>
  builder
    .update(sessions)
    .set(ended(bind))
    .where(and(openSessionsOf(bind), ne(sessions.id, bind('except')))),
)

/** Ends the sessions of a user, who is deleted, and forgets where they came from. */
export function eraseSessionsOf(tenantId: string, userId: string, now: number): Statement {
  return {
    sql: `UPDATE sessions SET client_address = NULL, country = NULL, user_agent = NULL,
        revoked_because = CASE WHEN revoked_at IS NULL THEN 'deleted' ELSE revoked_because END,
        revoked_at = coalesce(revoked_at, ?3)
      WHERE tenant_id = ?1 AND unlikely(user_id = ?2)`,
    params: [tenantId, userId, now],
  }
}

export const insertRefreshToken = prepare((bind) =>
  builder.insert(refreshTokens).values({
    tenantId: bind('tenantId'),
    hash: bind('hash'),
    sessionId: bind('sessionId'),
    issuedAt: bind('now'),
  }),
)

const spent = (bind: Bind) => ({ usedAt: bind('now') })

/** Changes no row when the token has been spent meanwhile. */
export const spendRefreshToken = prepare((bind) =>
  builder
    .update(refreshTokens)
    .set(spent(bind))
    .where(
      and(
        eq(refreshTokens.tenantId, bind('tenantId')),
        eq(refreshTokens.hash, bind('hash')),
        isNull(refreshTokens.usedAt),
      ),
    ),
)

/** Spends what a session has of refresh tokens. */
export const spendTokensOf = prepare((bind) =>
  builder
    .update(refreshTokens)
    .set(spent(bind))
    .where(
      and(
        eq(refreshTokens.tenantId, bind('tenantId')),
        eq(refreshTokens.sessionId, bind('sessionId')),
        isNull(refreshTokens.usedAt),
      ),
    ),
)

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

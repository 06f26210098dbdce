import { type SQL, and, eq, ne, sql } from 'drizzle-orm'
import {
  type Bind,
  type Query,
  type Statement,
  builder,
  columns,
  prepare,
} from '../../../kernel/statement.ts'
import { liveToken, oneTimeTokens } from '../one-time-tokens/index.ts'
import { userColumns } from '../repo.ts'
import { users } from '../tables.ts'

/** The active user that a live token is bound to as it is, with the token's payload. */
export const findTokenHolder = prepare((bind) =>
  builder
    .select(columns({ ...userColumns, payload: oneTimeTokens.payload }))
    .from(oneTimeTokens)
    .innerJoin(
      users,
      and(eq(users.tenantId, oneTimeTokens.tenantId), eq(users.id, oneTimeTokens.subjectId)),
    )
    .where(
      and(
        liveToken(bind),
        eq(users.status, 'active'),
        sql`${oneTimeTokens.boundTo} = CAST(${users.securityVersion} AS TEXT)`,
      ),
    ),
)

/** How many tokens of a purpose the user of an address was given since an instant. */
export function countTokensByEmail(of: {
  readonly tenantId: string
  readonly email: string
  readonly purpose: string
  readonly since: number
}): Query<{ count: number }> {
  return {
    sql: `SELECT count(*) AS count FROM users u
      JOIN one_time_tokens t ON t.tenant_id = u.tenant_id AND t.subject_id = u.id
      WHERE u.tenant_id = ? AND u.email = ? AND t.purpose = ? AND t.created_at > ?`,
    params: [of.tenantId, of.email, of.purpose, of.since],
  }
}

/**
 * A user, who has an address now as JSON, and how many links for another address the user was sent
 * since an instant.
 */
export const findUserWithOwner = prepare((bind) =>
  builder
    .select(
      columns({
        ...userColumns,
        owner: sql<string | null>`(SELECT json_object('id', o.id, 'name', o.name,
          'locale', o.locale) FROM users o
          WHERE o.tenant_id = users.tenant_id AND o.email = ${bind('email')})`.as('owner'),
        sent: sql<number>`(SELECT count(*) FROM one_time_tokens t
          WHERE t.tenant_id = users.tenant_id AND t.subject_id = users.id
          AND t.purpose = 'email_change' AND t.created_at > ${bind('since')})`.as('sent'),
      }),
    )
    .from(users)
    .where(
      and(
        eq(users.tenantId, bind('tenantId')),
        eq(users.id, bind('id')),
        ne(users.status, 'deleted'),
      ),
    ),
)

const asRead = (bind: Bind) =>
  and(
    eq(users.tenantId, bind('tenantId')),
    eq(users.id, bind('id')),
    eq(users.version, bind('version')),
  )

const nextVersion = (bind: Bind) => ({
  version: sql`${users.version} + 1`,
  updatedAt: bind('now'),
})

/** Ends access tokens and everything else that is bound to the user as it was. */
const nextSecurity = { securityVersion: sql`${users.securityVersion} + 1` }

const verifiedOnce = (bind: Bind): SQL => sql`coalesce(${users.emailVerifiedAt}, ${bind('now')})`

/** Marks the address as verified. Like all changes here, it changes the version that was read. */
export const setVerified = prepare((bind) =>
  builder
    .update(users)
    .set({ ...nextVersion(bind), emailVerifiedAt: verifiedOnce(bind) })
    .where(asRead(bind)),
)

export const setPassword = prepare((bind) =>
  builder
    .update(users)
    .set({ ...nextVersion(bind), ...nextSecurity, passwordHash: bind('passwordHash') })
    .where(asRead(bind)),
)

/** Sets the password of somebody who has shown to read the address. */
export const resetPasswordHash = prepare((bind) =>
  builder
    .update(users)
    .set({
      ...nextVersion(bind),
      ...nextSecurity,
      passwordHash: bind('passwordHash'),
      emailVerifiedAt: verifiedOnce(bind),
    })
    .where(asRead(bind)),
)

export const setEmail = prepare((bind) =>
  builder
    .update(users)
    .set({
      ...nextVersion(bind),
      ...nextSecurity,
      email: bind('email'),
      emailVerifiedAt: bind('now'),
    })
    .where(asRead(bind)),
)

export const setProfile = prepare((bind) =>
  builder
    .update(users)
    .set({
      ...nextVersion(bind),
      name: bind('name'),
      nameKey: bind('nameKey'),
      locale: bind('locale'),
      timezone: bind('timezone'),
    })
    .where(asRead(bind)),
)

/** No password has this hash. */
const NO_HASH = ''

/** Takes from a user everything that tells who it was. */
export const eraseUser = prepare((bind) =>
  builder
    .update(users)
    .set({
      ...nextVersion(bind),
      ...nextSecurity,
      email: bind('email'),
      name: '',
      nameKey: '',
      passwordHash: NO_HASH,
      status: 'deleted',
      emailVerifiedAt: null,
      locale: null,
      timezone: null,
      lastLoginAt: null,
    })
    .where(asRead(bind)),
)

/** Forgets who was invited at an address. */
export function eraseInvitations(tenantId: string, email: string): Statement {
  return {
    sql: 'DELETE FROM invitations WHERE tenant_id = ?1 AND unlikely(email = ?2)',
    params: [tenantId, email],
  }
}

/** Ends the sessions of a user and forgets where they and the log-ins came from. */
export function eraseSessions(
  tenantId: string,
  userId: string,
  now: number,
): [Statement, Statement] {
  const sessions = {
    sql: `UPDATE sessions SET client_address = NULL, country = NULL, user_agent = NULL,
        revoked_because = CASE WHEN revoked_at IS NULL THEN 'deleted' ELSE revoked_because END,
        revoked_at = coalesce(revoked_at, ?3)
      WHERE tenant_id = ?1 AND unlikely(user_id = ?2)`,
    params: [tenantId, userId, now],
  }
  const history = {
    sql: `UPDATE login_history SET client_address = NULL, country = NULL, user_agent = NULL
      WHERE tenant_id = ?1 AND unlikely(user_id = ?2)`,
    params: [tenantId, userId],
  }
  return [sessions, history]
}

/** Ends the sessions of a user but one. */
export function endOtherSessions(of: {
  readonly tenantId: string
  readonly userId: string
  readonly sessionId: string
  readonly now: number
}): Statement {
  return {
    sql: `UPDATE sessions SET revoked_at = ?4, revoked_because = 'password'
      WHERE tenant_id = ?1 AND unlikely(user_id = ?2) AND revoked_at IS NULL AND id <> ?3`,
    params: [of.tenantId, of.userId, of.sessionId, of.now],
  }
}

/** Spends the refresh token of a session for another one, by its hash. */
export function renewTokens(of: {
  readonly tenantId: string
  readonly sessionId: string
  readonly hash: string
  readonly now: number
}): [Statement, Statement] {
  const { tenantId, sessionId, hash, now } = of
  return [
    {
      sql: `UPDATE refresh_tokens SET used_at = ?3
        WHERE tenant_id = ?1 AND session_id = ?2 AND used_at IS NULL`,
      params: [tenantId, sessionId, now],
    },
    {
      sql: `INSERT INTO refresh_tokens (tenant_id, session_id, hash, issued_at)
        VALUES (?1, ?2, ?3, ?4)`,
      params: [tenantId, sessionId, hash, now],
    },
  ]
}

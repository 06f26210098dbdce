import { type SQL, aliasedTable, and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { toRfc3339, toRfc3339OrNull } from '../../kernel/clock.ts'
import {
  type Bind,
  type Query,
  type Statement,
  builder,
  columns,
  prepare,
  prepareEach,
} from '../../kernel/statement.ts'
import type { AccessClaims } from '../../ports/tokens.ts'
import type { Row } from '../../ports/database.ts'
import { refreshTokens, sessions, userRoles, users } from './tables.ts'
import type { RefreshRecord, User, UserRecord } from './types.ts'

/** The constraint that a second user with an address breaks. */
export const EMAIL_TAKEN = 'users.tenant_id, users.email'

const userColumns = {
  id: users.id,
  email: users.email,
  name: users.name,
  passwordHash: users.passwordHash,
  status: users.status,
  version: users.version,
  securityVersion: users.securityVersion,
  lastLoginAt: users.lastLoginAt,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
  roles: sql<string>`(SELECT json_group_array(r.role) FROM user_roles r
    WHERE r.tenant_id = users.tenant_id AND r.user_id = users.id)`.as('roles'),
}

interface UserRow extends Omit<UserRecord, 'roles'> {
  readonly roles: string
}

export function toUserRecord(row: UserRow): UserRecord {
  const roles = JSON.parse(row.roles) as string[] // -- json_group_array of a text column
  return { ...row, roles: roles.sort() }
}

/** The user as the API shows one: no hash and no security version. */
export function toUser(record: UserRecord): User {
  const { id, email, name, status, roles, version } = record
  return {
    id,
    email,
    name,
    status,
    roles,
    version,
    lastLoginAt: toRfc3339OrNull(record.lastLoginAt),
    createdAt: toRfc3339(record.createdAt),
    updatedAt: toRfc3339(record.updatedAt),
  }
}

const selectUsers = (condition: (bind: Bind) => SQL | undefined) => (bind: Bind) =>
  builder
    .select(columns(userColumns))
    .from(users)
    .where(and(eq(users.tenantId, bind('tenantId')), condition(bind)))

export const findUser = prepare(selectUsers((bind) => eq(users.id, bind('id'))))
export const findUserByEmail = prepare(selectUsers((bind) => eq(users.email, bind('email'))))

// Without the hint SQLite walks all users by primary key to find the few of a status.
const ofStatus = (bind: Bind) => sql`unlikely(${eq(users.status, bind('status'))})`

/** Users made before the id, newest first; of one status when the shape is true. */
export const findUsers = prepareEach((hasStatus: boolean, bind: Bind) =>
  selectUsers(() => and(hasStatus ? ofStatus(bind) : undefined, lt(users.id, bind('before'))))(bind)
    .orderBy(desc(users.id))
    .limit(sql.placeholder('limit')),
)

/** A row when an active user holds one of the roles. */
export function activeHolder(tenantId: string, roles: readonly string[]): Query<{ id: string }> {
  return {
    sql: `SELECT u.id AS id FROM user_roles r JOIN users u ON u.tenant_id = r.tenant_id AND u.id = r.user_id
      WHERE r.tenant_id = ? AND r.role IN (SELECT value FROM json_each(?)) AND u.status = 'active' LIMIT 1`,
    params: [tenantId, JSON.stringify(roles)],
  }
}

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

export const insertUser = prepare((bind) =>
  builder.insert(users).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    email: bind('email'),
    name: bind('name'),
    passwordHash: bind('passwordHash'),
    status: 'active',
    version: 1,
    securityVersion: 1,
    createdAt: bind('now'),
    updatedAt: bind('now'),
  }),
)

export function insertRoles(tenantId: string, userId: string, roles: readonly string[]): Statement {
  return {
    sql: 'INSERT INTO user_roles (tenant_id, user_id, role) SELECT ?, ?, value FROM json_each(?)',
    params: [tenantId, userId, JSON.stringify(roles)],
  }
}

export const deleteRoles = prepare((bind) =>
  builder
    .delete(userRoles)
    .where(and(eq(userRoles.tenantId, bind('tenantId')), eq(userRoles.userId, bind('userId')))),
)

/** Sets the status of the version that was read and ends the access tokens in use. */
export const advanceUser = prepare((bind) =>
  builder
    .update(users)
    .set({
      status: bind('status'),
      version: sql`${users.version} + 1`,
      securityVersion: sql`${users.securityVersion} + 1`,
      updatedAt: bind('now'),
    })
    .where(
      and(
        eq(users.tenantId, bind('tenantId')),
        eq(users.id, bind('id')),
        eq(users.version, bind('version')),
      ),
    ),
)

/** Notes a log-in of the user as it was read; changes nothing when it has been changed since. */
export const recordLogin = prepare((bind) =>
  builder
    .update(users)
    .set({ lastLoginAt: bind('now'), passwordHash: bind('passwordHash') })
    .where(
      and(
        eq(users.tenantId, bind('tenantId')),
        eq(users.id, bind('id')),
        eq(users.status, 'active'),
        eq(users.securityVersion, bind('securityVersion')),
      ),
    ),
)

export const insertSession = prepare((bind) =>
  builder.insert(sessions).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    userId: bind('userId'),
    clientAddress: bind('clientAddress'),
    userAgent: bind('userAgent'),
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

export const endSession = prepare((bind) =>
  builder
    .update(sessions)
    .set({ revokedAt: bind('now'), revokedBecause: bind('because') })
    .where(openSession(bind)),
)

export const endSessionsOf = prepare((bind) =>
  builder
    .update(sessions)
    .set({ revokedAt: bind('now'), revokedBecause: bind('because') })
    .where(
      and(
        eq(sessions.tenantId, bind('tenantId')),
        // As for the status of users: without the hint all sessions of the tenant are walked.
        sql`unlikely(${eq(sessions.userId, bind('userId'))})`,
        isNull(sessions.revokedAt),
      ),
    ),
)

export const insertRefreshToken = prepare((bind) =>
  builder.insert(refreshTokens).values({
    tenantId: bind('tenantId'),
    hash: bind('hash'),
    sessionId: bind('sessionId'),
    issuedAt: bind('now'),
  }),
)

export const spendRefreshToken = prepare((bind) =>
  builder
    .update(refreshTokens)
    .set({ usedAt: bind('now') })
    .where(
      and(
        eq(refreshTokens.tenantId, bind('tenantId')),
        eq(refreshTokens.hash, bind('hash')),
        isNull(refreshTokens.usedAt),
      ),
    ),
)

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

import { type SQL, and, eq, ne, sql } from 'drizzle-orm'
import { toRfc3339, toRfc3339OrNull } from '../../kernel/clock.ts'
import {
  type Bind,
  type Query,
  type Statement,
  builder,
  columns,
  prepare,
} from '../../kernel/statement.ts'
import { userRoles, users } from './tables.ts'
import type { SecondFactor, User, UserRecord, UserStatus } from './types.ts'

/** The constraint that a second user with an address breaks. */
export const EMAIL_TAKEN = 'users.tenant_id, users.email'

/** The columns of a user. */
export const userColumns = {
  id: users.id,
  email: users.email,
  name: users.name,
  passwordHash: users.passwordHash,
  // Deleted users are found by nothing that selects these columns.
  status: sql<UserStatus>`${users.status}`.as('status'),
  version: users.version,
  securityVersion: users.securityVersion,
  lastLoginAt: users.lastLoginAt,
  emailVerifiedAt: users.emailVerifiedAt,
  locale: users.locale,
  timezone: users.timezone,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
  secondFactor: sql<string | null>`(SELECT json_object('secret', f.secret, 'lastStep', f.last_step)
    FROM second_factors f WHERE f.tenant_id = users.tenant_id AND f.user_id = users.id
    AND f.confirmed_at IS NOT NULL)`.as('secondFactor'),
  roles: sql<string>`(SELECT json_group_array(r.role) FROM user_roles r
    WHERE r.tenant_id = users.tenant_id AND r.user_id = users.id)`.as('roles'),
}

/** A row of `userColumns`. */
export interface UserRow extends Omit<UserRecord, 'roles' | 'secondFactor'> {
  readonly roles: string
  readonly secondFactor: string | null
}

export function toUserRecord(row: UserRow): UserRecord {
  const roles = JSON.parse(row.roles) as string[] // -- json_group_array of a text column
  const secondFactor: SecondFactor | null = JSON.parse(row.secondFactor ?? 'null') // -- as selected
  return { ...row, roles: roles.sort(), secondFactor }
}

/** The user as the API shows one: no hash and no security version. */
export function toUser(record: UserRecord): User {
  const { id, email, name, status, roles, version } = record
  return {
    id,
    email,
    emailVerified: record.emailVerifiedAt !== null,
    name,
    status,
    roles,
    version,
    lastLoginAt: toRfc3339OrNull(record.lastLoginAt),
    createdAt: toRfc3339(record.createdAt),
    updatedAt: toRfc3339(record.updatedAt),
  }
}

/** The users that are there and meet a condition. */
export const selectUsers = (condition: (bind: Bind) => SQL | undefined) => (bind: Bind) =>
  builder
    .select(columns(userColumns))
    .from(users)
    .where(and(eq(users.tenantId, bind('tenantId')), ne(users.status, 'deleted'), condition(bind)))

export const findUser = prepare(selectUsers((bind) => eq(users.id, bind('id'))))
export const findUserByEmail = prepare(selectUsers((bind) => eq(users.email, bind('email'))))

/** Up to `limit` of the users that the tenant has ever had, the deleted ones too. */
export function findAnyUsers(tenantId: string, limit: number): Query<{ id: string }> {
  return {
    sql: 'SELECT id FROM users WHERE tenant_id = ? LIMIT ?',
    params: [tenantId, limit],
  }
}

/** A row when an active user holds one of the roles. */
export function activeHolder(tenantId: string, roles: readonly string[]): Query<{ id: string }> {
  return {
    sql: `SELECT u.id AS id FROM user_roles r JOIN users u ON u.tenant_id = r.tenant_id AND u.id = r.user_id
      WHERE r.tenant_id = ? AND r.role IN (SELECT value FROM json_each(?)) AND u.status = 'active' LIMIT 1`,
    params: [tenantId, JSON.stringify(roles)],
  }
}

export const insertUser = prepare((bind) =>
  builder.insert(users).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    email: bind('email'),
    name: bind('name'),
    nameKey: bind('nameKey'),
    passwordHash: bind('passwordHash'),
    emailVerifiedAt: bind('emailVerifiedAt'),
    locale: bind('locale'),
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

/** The user as it was read: the values are `tenantId`, `id` and `version`. */
export const asRead = (bind: Bind) =>
  and(
    eq(users.tenantId, bind('tenantId')),
    eq(users.id, bind('id')),
    eq(users.version, bind('version')),
  )

/** Numbers a change of a user. Access tokens go on. */
export const nextVersion = (bind: Bind) => ({
  version: sql`${users.version} + 1`,
  updatedAt: bind('now'),
})

/** Ends access tokens and everything else that is bound to the user as it was. */
export const nextSecurity = { securityVersion: sql`${users.securityVersion} + 1` }

/** Sets the status of the version that was read and ends the access tokens in use. */
export const advanceUser = prepare((bind) =>
  builder
    .update(users)
    .set({
      status: bind('status'),
      ...nextVersion(bind),
      ...nextSecurity,
    })
    .where(asRead(bind)),
)

/** Changes what administrators may of the version that was read. */
export const changeUser = prepare((bind) =>
  builder
    .update(users)
    .set({
      status: sql`${bind('status')}`,
      name: bind('name'),
      nameKey: bind('nameKey'),
      email: bind('email'),
      emailVerifiedAt: bind('emailVerifiedAt'),
      version: bind('nextVersion'),
      securityVersion: bind('securityVersion'),
      updatedAt: bind('now'),
    })
    .where(asRead(bind)),
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

/** No password has this hash. */
const NO_HASH = ''

/** Takes from a user everything that tells who it was. */
export const eraseUser = prepare((bind) =>
  builder
    .update(users)
    .set({
      email: bind('email'),
      name: '',
      nameKey: '',
      passwordHash: NO_HASH,
      status: 'deleted',
      emailVerifiedAt: null,
      locale: null,
      timezone: null,
      lastLoginAt: null,
      ...nextVersion(bind),
      ...nextSecurity,
    })
    .where(asRead(bind)),
)

import { type SQL, and, eq, ne, sql } from 'drizzle-orm'
import { type Bind, type Query, builder, columns, prepare } from '../../../kernel/statement.ts'
import { heldStill, isHolder, oneTimeTokens } from '../one-time-tokens/index.ts'
import { asRead, nextSecurity, nextVersion, userColumns } from '../repo.ts'
import { users } from '../tables.ts'

/** The active user that a live token is bound to as it is, with the token's payload. */
export const findTokenHolder = prepare((bind) =>
  builder
    .select(columns({ ...userColumns, payload: oneTimeTokens.payload }))
    .from(oneTimeTokens)
    .innerJoin(users, isHolder)
    .where(heldStill(bind)),
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

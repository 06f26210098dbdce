import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { type Bind, type Query, builder, prepare } from '../../../kernel/statement.ts'
import { users } from '../tables.ts'
import { oneTimeTokens } from './tables.ts'

/** The token of a hash that is good for the purpose: the values are `tenantId`, `hash`, `purpose`, `now`. */
export const liveToken = (bind: Bind) =>
  and(
    eq(oneTimeTokens.tenantId, bind('tenantId')),
    eq(oneTimeTokens.hash, bind('hash')),
    eq(oneTimeTokens.purpose, bind('purpose')),
    isNull(oneTimeTokens.usedAt),
    gt(oneTimeTokens.expiresAt, bind('now')),
  )

/** The join from a token of a user to the user. */
export const isHolder = and(
  eq(users.tenantId, oneTimeTokens.tenantId),
  eq(users.id, oneTimeTokens.subjectId),
)

/** A token as `liveToken`, whose holder is active and as it was when the token was made. */
export const heldStill = (bind: Bind) =>
  and(
    liveToken(bind),
    eq(users.status, 'active'),
    sql`${oneTimeTokens.boundTo} = CAST(${users.securityVersion} AS TEXT)`,
  )

export const insertToken = prepare((bind) =>
  builder.insert(oneTimeTokens).values({
    tenantId: bind('tenantId'),
    hash: bind('hash'),
    purpose: bind('purpose'),
    subjectId: bind('subjectId'),
    boundTo: bind('boundTo'),
    payload: bind('payload'),
    createdAt: bind('now'),
    expiresAt: bind('expiresAt'),
  }),
)

/** Changes no row when the token has been used meanwhile or its time is over. */
export const markTokenUsed = prepare((bind) =>
  builder
    .update(oneTimeTokens)
    .set({ usedAt: bind('now') })
    .where(liveToken(bind)),
)

/** Removes every token of a subject. */
export const deleteTokensOf = prepare((bind) =>
  builder.delete(oneTimeTokens).where(
    and(
      eq(oneTimeTokens.tenantId, bind('tenantId')),
      // Without the hint all tokens of the tenant are walked.
      sql`unlikely(${eq(oneTimeTokens.subjectId, bind('subjectId'))})`,
    ),
  ),
)

/** How many tokens of a purpose a subject was given since an instant. */
export function countTokens(of: {
  readonly tenantId: string
  readonly subjectId: string
  readonly purpose: string
  readonly since: number
}): Query<{ count: number }> {
  return {
    sql: `SELECT count(*) AS count FROM one_time_tokens
      WHERE tenant_id = ? AND subject_id = ? AND purpose = ? AND created_at > ?`,
    params: [of.tenantId, of.subjectId, of.purpose, of.since],
  }
}

/** Removes at most `limit` tokens whose time was over before an instant, the longest over first. */
export function deleteTokens(before: number, limit: number): Query<{ swept: number }> {
  return {
    sql: `DELETE FROM one_time_tokens WHERE (tenant_id, hash) IN (
      SELECT tenant_id, hash FROM one_time_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)
      RETURNING 1 AS swept`,
    params: [before, limit],
  }
}

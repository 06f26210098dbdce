import { and, eq, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm'
import { limits } from '../../../kernel/limits.ts'
import { type Bind, type Statement, builder, columns, prepare } from '../../../kernel/statement.ts'
import { heldStill, isHolder, liveToken, oneTimeTokens } from '../one-time-tokens/index.ts'
import { asRead, nextVersion, userColumns } from '../repo.ts'
import { users } from '../tables.ts'
import { recoveryCodes, secondFactors } from './tables.ts'

const ofUser = (bind: Bind) =>
  and(eq(secondFactors.tenantId, bind('tenantId')), eq(secondFactors.userId, bind('userId')))

const codesLeft = sql<number>`(SELECT count(*) FROM recovery_codes c
  WHERE c.tenant_id = users.tenant_id AND c.user_id = users.id)`

/** A user with the second factor that it has or has begun, and the number of its recovery codes. */
export const findEnrolment = prepare((bind) =>
  builder
    .select(
      columns({
        ...userColumns,
        secret: secondFactors.secret,
        confirmedAt: secondFactors.confirmedAt,
        codesLeft: codesLeft.as('codesLeft'),
      }),
    )
    .from(users)
    .leftJoin(
      secondFactors,
      and(eq(secondFactors.tenantId, users.tenantId), eq(secondFactors.userId, users.id)),
    )
    .where(and(eq(users.tenantId, bind('tenantId')), eq(users.id, bind('id')))),
)

/** Begins, or begins anew while no code has confirmed it. Changes no row of one that is on. */
export const startFactor = prepare((bind) =>
  builder
    .insert(secondFactors)
    .values({
      tenantId: bind('tenantId'),
      userId: bind('userId'),
      secret: bind('secret'),
      lastStep: 0,
      createdAt: bind('now'),
    })
    .onConflictDoUpdate({
      target: [secondFactors.tenantId, secondFactors.userId],
      set: { secret: sql`excluded.secret`, createdAt: sql`excluded.created_at` },
      setWhere: isNull(secondFactors.confirmedAt),
    }),
)

/** Switches on what was begun with this secret. */
export const confirmFactor = prepare((bind) =>
  builder
    .update(secondFactors)
    .set({ confirmedAt: bind('now'), lastStep: bind('step') })
    .where(
      and(
        ofUser(bind),
        isNull(secondFactors.confirmedAt),
        eq(secondFactors.secret, bind('secret')),
      ),
    ),
)

/** Takes a code: changes no row when it, or a later one, was taken before. */
export const takeStep = prepare((bind) =>
  builder
    .update(secondFactors)
    .set({ lastStep: bind('step') })
    .where(
      and(
        ofUser(bind),
        isNotNull(secondFactors.confirmedAt),
        lt(secondFactors.lastStep, bind('step')),
      ),
    ),
)

export const deleteFactor = prepare((bind) => builder.delete(secondFactors).where(ofUser(bind)))

/** Replaces the recovery codes of a user, by their hashes. */
export function replaceRecoveryCodes(
  tenantId: string,
  userId: string,
  hashes: readonly string[],
): [Statement, Statement] {
  const insert = {
    sql: 'INSERT INTO recovery_codes (tenant_id, user_id, hash) SELECT ?, ?, value FROM json_each(?)',
    params: [tenantId, userId, JSON.stringify(hashes)],
  }
  return [deleteRecoveryCodes({ tenantId, userId }), insert]
}

export const deleteRecoveryCodes = prepare((bind) =>
  builder
    .delete(recoveryCodes)
    .where(
      and(eq(recoveryCodes.tenantId, bind('tenantId')), eq(recoveryCodes.userId, bind('userId'))),
    ),
)

/** Takes a recovery code: changes no row when the user has no such one. */
export const takeRecoveryCode = prepare((bind) =>
  builder
    .delete(recoveryCodes)
    .where(
      and(
        eq(recoveryCodes.tenantId, bind('tenantId')),
        eq(recoveryCodes.userId, bind('userId')),
        eq(recoveryCodes.hash, bind('hash')),
      ),
    ),
)

/** Counts a try with a challenge that lives. */
export const countChallengeTry = prepare((bind) =>
  builder
    .update(oneTimeTokens)
    .set({ tries: sql`${oneTimeTokens.tries} + 1` })
    .where(liveToken(bind)),
)

/**
 * The active user of a challenge that lives, is tried for the last time at most, and was made for the
 * user as it is; and whether a hash is that of one of its recovery codes.
 */
export const findChallenged = prepare((bind) =>
  builder
    .select(
      columns({
        ...userColumns,
        isRecoveryCode: sql<number>`EXISTS (SELECT 1 FROM recovery_codes c
          WHERE c.tenant_id = users.tenant_id AND c.user_id = users.id
          AND c.hash = ${bind('recoveryHash')})`.as('isRecoveryCode'),
      }),
    )
    .from(oneTimeTokens)
    .innerJoin(users, isHolder)
    .where(and(heldStill(bind), lte(oneTimeTokens.tries, limits.secondFactor.challengeTries))),
)

/** Numbers a change of a user that was read with this version. Access tokens go on. */
export const numberChange = prepare((bind) =>
  builder.update(users).set(nextVersion(bind)).where(asRead(bind)),
)

/** A row while the session may do what is sensitive. */
export function elevated(tenantId: string, sessionId: string, now: number): Statement {
  return {
    sql: 'SELECT 1 FROM sessions WHERE tenant_id = ? AND id = ? AND elevated_until > ?',
    params: [tenantId, sessionId, now],
  }
}

/** As `elevated`, and a row for a user without a second factor too. */
export function elevatedOrWithout(
  tenantId: string,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
  now: number,
): Statement {
  return {
    sql: `SELECT 1 FROM sessions s WHERE s.tenant_id = ?1 AND s.id = ?2
      AND (s.elevated_until > ?3 OR NOT EXISTS (SELECT 1 FROM second_factors f
        WHERE f.tenant_id = ?1 AND f.user_id = ?4 AND f.confirmed_at IS NOT NULL))`,
    params: [tenantId, sessionId, now, userId],
  }
}

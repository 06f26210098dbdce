import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import type { Query } from '../../../kernel/statement.ts'
import type { Deps } from '../../../ports/deps.ts'
import { HasherBusyError } from '../../../ports/hasher.ts'
import type { Write } from '../../commit/index.ts'
import { clearAttempt, releaseAttempt, reserveAttempt } from '../attempts/index.ts'
import { authErrors } from '../errors.ts'
import { type UserRow, findUser, toUserRecord } from '../repo.ts'
import { type FactorProof, proveFactor } from '../second-factor/index.ts'
import type { UserRecord } from '../types.ts'

/** The signed-in user and its session. Throws `unauthenticated` for others than users. */
export function callerOf({ principal }: Pick<RequestContext, 'principal'>): {
  readonly userId: string
  readonly sessionId: string
} {
  if (principal.kind !== 'user') throw new AppError(errors.unauthenticated)
  return principal
}

/** The signed-in user as it is. */
export async function ownUser(deps: Pick<Deps, 'db'>, ctx: RequestContext): Promise<UserRecord> {
  const row = await deps.db.first(findOwn(ctx))
  if (!row) throw new AppError(errors.unauthenticated)
  return toUserRecord(row)
}

/** What is read of the signed-in user. */
export function findOwn(ctx: Pick<RequestContext, 'tenant' | 'principal'>): Query<UserRow> {
  return findUser({ tenantId: ctx.tenant.id, id: callerOf(ctx).userId })
}

/** What a signed-in user gives again before something that is sensitive. */
export interface Proof extends FactorProof {
  readonly password: string
}

/** A signed-in user who has given the password, and what the commit adds for the try that was right. */
export interface ProvenUser<Row> {
  readonly user: UserRecord
  readonly row: Row
  readonly cleared: readonly Write[]
}

/**
 * The signed-in user who knows the password and, where a second factor is on, has a code. Costs one
 * hash and one round trip; tries are counted against the limit on guessing. The commit breaks `unused`
 * when the code was used meanwhile.
 *
 * Throws as `provenPassword`, `auth.code_required` and `auth.wrong_code`.
 */
export async function provenUser<Row extends UserRow>(
  deps: Pick<Deps, 'db' | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  proof: Proof,
  found: Query<Row>,
): Promise<ProvenUser<Row>> {
  const proven = await provenPassword(deps, ctx, proof.password, found)
  const spent = await proveFactor(deps, ctx, proven.user, proof)
  return { ...proven, cleared: [...spent, ...proven.cleared] }
}

/**
 * The signed-in user who knows the password. Throws `auth.wrong_password`, and `too_many_requests`
 * before any hash.
 */
export async function provenPassword<Row extends UserRow>(
  deps: Pick<Deps, 'db' | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  password: string,
  found: Query<Row>,
): Promise<ProvenUser<Row>> {
  const target = { purpose: 'own_password', account: callerOf(ctx).userId }
  const attempt = await reserveAttempt<Row>(deps, ctx, target, found)
  const [row] = attempt.rows
  if (!row) throw new AppError(errors.unauthenticated)
  try {
    const isRight = await deps.hasher.verify(password, row.passwordHash)
    if (!isRight) throw new AppError(authErrors.wrongPassword)
  } catch (error) {
    if (error instanceof HasherBusyError) await releaseAttempt(deps, ctx, attempt)
    throw error
  }
  return { user: toUserRecord(row), row, cleared: clearAttempt(ctx, attempt) }
}

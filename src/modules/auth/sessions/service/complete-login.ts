import type { RequestContext } from '../../../../kernel/context.ts'
import { sha256 } from '../../../../kernel/digest.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { type Attempt, clearAttempt, reserveAttempt } from '../../attempts/index.ts'
import { authErrors } from '../../errors.ts'
import { spendToken } from '../../one-time-tokens/index.ts'
import { type UserRow, toUserRecord } from '../../repo.ts'
import {
  type FactorProof,
  countChallengeTry,
  findChallenged,
  openChallenge,
  proveFactor,
  recoveryHash,
  tellOwner,
} from '../../second-factor/index.ts'
import { withoutKey } from '../../service/without-key.ts'
import type { SignedIn, UserRecord } from '../../types.ts'
import { loginFailed } from '../events.ts'
import { loginEntry, openSession } from './open-session.ts'

export type CompletionDeps = Pick<Deps, CommitPort | 'settings' | 'telemetry' | 'tokens'>

/** What ends a log-in: the challenge and a code, or a recovery code. */
export interface Completion extends FactorProof {
  readonly challenge: string
}

const purpose = 'login_challenge'

/**
 * Opens a session for a challenge and a code. Throws `auth.invalid_challenge` for one that is unknown,
 * too old, used, tried too often or of a user who has changed since; `auth.wrong_code`, also for a
 * code that was used before; and `too_many_requests` before anything is checked.
 */
export async function completeLogin(
  deps: CompletionDeps,
  ctx: RequestContext,
  { challenge, ...proof }: Completion,
): Promise<SignedIn> {
  const opened = await openChallenge(deps, ctx, challenge)
  if (!opened) throw new AppError(authErrors.invalidChallenge)
  const { userId, token } = opened
  const hash = await sha256(token)
  const live = { tenantId: ctx.tenant.id, hash, purpose, now: ctx.now }
  const { recoveryCode = '' } = proof
  const attempt = await reserveAttempt<UserRow & { readonly isRecoveryCode: number }>(
    deps,
    ctx,
    { purpose: 'second_factor', account: userId },
    countChallengeTry(live),
    findChallenged({ ...live, recoveryHash: await recoveryHash(deps, ctx, userId, recoveryCode) }),
  )
  const [row] = attempt.rows
  const user = row && toUserRecord(row)
  if (!user?.secondFactor) throw new AppError(authErrors.invalidChallenge)
  const byRecovery = proof.recoveryCode !== undefined
  const isKnown = !byRecovery || row?.isRecoveryCode === 1
  const spent = isKnown ? await spentBy(deps, ctx, user, proof) : undefined
  deps.telemetry.count('rustok_auth_logins_total', { result: spent ? 'accepted' : 'refused' })
  if (!spent) return refuse(deps, ctx, attempt, user)
  const news = byRecovery ? await tellOwner(deps, ctx, user, 'used') : undefined
  return openSession(deps, ctx, {
    user,
    passwordHash: user.passwordHash,
    writes: [
      spendToken(ctx, { hash, purpose }),
      ...spent,
      ...clearAttempt(ctx, attempt),
      ...(news?.writes ?? []),
    ],
    jobs: news?.jobs ?? [],
    by: byRecovery ? 'recovery_code' : 'code',
    refusals: { state_allows: authErrors.invalidChallenge, unused: authErrors.wrongCode },
  })
}

/** Undefined for a wrong code. */
async function spentBy(
  deps: CompletionDeps,
  ctx: RequestContext,
  user: UserRecord,
  proof: FactorProof,
): Promise<Write[] | undefined> {
  try {
    return await proveFactor(deps, ctx, user, proof)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** Notes the failure; whoever tries codes knows the password, which the owner should know. */
async function refuse(
  deps: CompletionDeps,
  ctx: RequestContext,
  attempt: Attempt,
  user: UserRecord,
): Promise<never> {
  const id = deps.ids.next()
  const userId = user.id
  const news = attempt.isLast ? await tellOwner(deps, ctx, user, 'guessed') : undefined
  await commit(deps, withoutKey(ctx), {
    writes: [
      { statement: loginEntry(ctx, id, { userId, sessionId: null }) },
      ...(news?.writes ?? []),
    ],
    events: [eventOf(loginFailed, { type: 'login', id, version: 1 }, { userId })],
    jobs: news?.jobs ?? [],
    audit: {
      action: 'auth.login.refused',
      targetType: 'user',
      targetId: userId,
      changes: { because: 'code' },
    },
    result: undefined,
  })
  throw new AppError(authErrors.wrongCode)
}

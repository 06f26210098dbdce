import { toRfc3339 } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { HasherBusyError } from '../../../../ports/hasher.ts'
import { commit } from '../../../commit/index.ts'
import { type Attempt, clearAttempt, releaseAttempt, reserveAttempt } from '../../attempts/index.ts'
import { authErrors } from '../../errors.ts'
import { type UserRow, findUserByEmail, toUserRecord } from '../../repo.ts'
import { type Challenged, challengeUser } from '../../second-factor/index.ts'
import { requireVerified } from '../../service/verification-link.ts'
import { withoutKey } from '../../service/without-key.ts'
import type { SignedIn } from '../../types.ts'
import { loginFailed, loginLimitReached } from '../events.ts'
import { loginEntry, openSession } from './open-session.ts'

export type LoginDeps = Pick<
  Deps,
  CommitPort | 'hasher' | 'secrets' | 'settings' | 'telemetry' | 'tokens'
>

/** What is tried. */
interface Credentials {
  readonly email: string
  readonly password: string
}

/**
 * Opens a session for an e-mail address and a password, or asks for a code where the user has a
 * second factor.
 *
 * Throws `auth.invalid_credentials` alike, and after the same work (one hash, one commit), for an
 * unknown address, a wrong password and a disabled user; `auth.email_not_verified` where the tenant
 * wants it; `too_many_requests` before any hash when the account or the client's address has no try
 * left.
 */
export async function login(
  deps: LoginDeps,
  ctx: RequestContext,
  input: Credentials,
): Promise<SignedIn | Challenged> {
  const target = { purpose: 'login', account: input.email }
  const { email } = input
  const found = findUserByEmail({ tenantId: ctx.tenant.id, email })
  const attempt = await reserveAttempt<UserRow>(deps, ctx, target, found)
  const [row] = attempt.rows
  const isRight = await isRightPassword(deps, ctx, attempt, { row, password: input.password })
  const user = isRight && row?.status === 'active' ? toUserRecord(row) : undefined
  if (user) await requireVerified(deps, ctx, user, clearAttempt(ctx, attempt))
  const result = user ? (user.secondFactor ? 'challenged' : 'accepted') : 'refused'
  deps.telemetry.count('rustok_auth_logins_total', { result })
  if (!user) return refuse(deps, ctx, attempt, row)
  const passwordHash = await currentHash(deps, user.passwordHash, input.password)
  const right = {
    user,
    passwordHash,
    writes: clearAttempt(ctx, attempt),
    // Disabled or changed between the read and this write.
    refusals: { state_allows: authErrors.invalidCredentials },
  }
  return user.secondFactor ? challengeUser(deps, ctx, right) : openSession(deps, ctx, right)
}

/** Computes one hash in every case. A try for which there is no place to hash does not count. */
async function isRightPassword(
  deps: LoginDeps,
  ctx: RequestContext,
  attempt: Attempt,
  { row, password }: { readonly row: UserRow | undefined; readonly password: string },
): Promise<boolean> {
  try {
    if (row) return await deps.hasher.verify(password, row.passwordHash)
    await deps.hasher.verifyDummy(password)
    return false
  } catch (error) {
    if (error instanceof HasherBusyError) await releaseAttempt(deps, ctx, attempt)
    throw error
  }
}

/** Notes the failure, of an account that does not exist by the same statements, and refuses. */
async function refuse(
  deps: LoginDeps,
  ctx: RequestContext,
  attempt: Attempt,
  row: UserRow | undefined,
): Promise<never> {
  const id = deps.ids.next()
  const userId = row?.id ?? null
  const aggregate = { type: 'login', id }
  const since = toRfc3339(attempt.beganAt)
  await commit(deps, withoutKey(ctx), {
    writes: [{ statement: loginEntry(ctx, id, { userId, sessionId: null }) }],
    events: [
      eventOf(loginFailed, { ...aggregate, version: 1 }, { userId }),
      ...(attempt.isLast
        ? [eventOf(loginLimitReached, { ...aggregate, version: 2 }, { userId, since })]
        : []),
    ],
    audit: {
      action: 'auth.login.refused',
      targetType: row ? 'user' : 'login',
      targetId: row?.id ?? id,
      changes: { because: row ? (row.status === 'active' ? 'password' : row.status) : 'unknown' },
    },
    result: undefined,
  })
  throw new AppError(authErrors.invalidCredentials)
}

/** The hash to keep: a new one when the parameters have been raised. */
async function currentHash(
  deps: Pick<Deps, 'hasher'>,
  passwordHash: string,
  password: string,
): Promise<string> {
  if (!deps.hasher.needsRehash(passwordHash)) return passwordHash
  try {
    return await deps.hasher.hash(password)
  } catch (error) {
    // The next log-in will do; this one is right already.
    if (error instanceof HasherBusyError) return passwordHash
    throw error
  }
}

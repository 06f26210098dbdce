import type { RequestContext } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { HasherBusyError } from '../../../ports/hasher.ts'
import { commit } from '../../commit/index.ts'
import { authErrors } from '../errors.ts'
import { userLoggedIn } from '../events.ts'
import { findUserByEmail, recordLogin, toUserRecord } from '../repo.ts'
import type { SignedIn, UserRecord } from '../types.ts'
import { newSession, signedIn, withoutKey } from './session.ts'

type LoginDeps = Pick<Deps, CommitPort | 'hasher' | 'settings' | 'telemetry' | 'tokens'>

/**
 * Opens a session for an e-mail address and a password. Throws `auth.invalid_credentials` alike, and
 * after the same work, for an unknown address, a wrong password and a disabled user.
 */
export async function login(
  deps: LoginDeps,
  ctx: RequestContext,
  input: { readonly email: string; readonly password: string },
): Promise<SignedIn> {
  const user = await authenticated(deps, ctx, input)
  deps.telemetry.count('rustok_auth_logins_total', { result: user ? 'accepted' : 'refused' })
  if (!user) throw new AppError(authErrors.invalidCredentials)
  const session = await newSession(deps, ctx, user.id)
  const passwordHash = await currentHash(deps, user.passwordHash, input.password)
  const { id, securityVersion } = user
  const tenantId = ctx.tenant.id
  await commit(deps, withoutKey(ctx), {
    writes: [
      {
        statement: recordLogin({ tenantId, id, securityVersion, passwordHash, now: ctx.now }),
        guard: 'state_allows',
      },
      ...session.writes,
    ],
    events: [
      eventOf(
        userLoggedIn,
        { type: 'session', id: session.id, version: 1 },
        { userId: user.id, sessionId: session.id },
      ),
    ],
    audit: { action: 'auth.user.logged_in', targetType: 'user', targetId: user.id },
    result: undefined,
    // Disabled or changed between the read and this write.
    refusals: { state_allows: authErrors.invalidCredentials },
  })
  return signedIn(deps, ctx, { id: session.id, refreshToken: session.refreshToken, user })
}

/** The active user of the address when the password is right; one hash is computed in every case. */
async function authenticated(
  deps: LoginDeps,
  ctx: RequestContext,
  input: { readonly email: string; readonly password: string },
): Promise<UserRecord | undefined> {
  const row = await deps.db.first(findUserByEmail({ tenantId: ctx.tenant.id, email: input.email }))
  if (!row) {
    await deps.hasher.verifyDummy(input.password)
    return undefined
  }
  const isRight = await deps.hasher.verify(input.password, row.passwordHash)
  return isRight && row.status === 'active' ? toUserRecord(row) : undefined
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

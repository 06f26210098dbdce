import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { authErrors } from '../../errors.ts'
import type { FactorProof } from '../../second-factor/index.ts'
import { queueLetter } from '../../service/letters.ts'
import { callerOf, findOwn, provenUser } from '../../service/own-user.ts'
import { withoutKey } from '../../service/without-key.ts'
import { endOtherSessions, renewTokens } from '../../session-store/index.ts'
import { type SignedInAnswer, handOverAgain, signedIn } from '../../sessions/index.ts'
import { userPasswordChanged } from '../events.ts'
import { passwordChangedMail } from '../mails.tsx'
import { setPassword } from '../repo.ts'
import { newHash } from './new-hash.ts'

type ChangeDeps = Pick<Deps, CommitPort | 'hasher' | 'secrets' | 'settings' | 'tokens'>

interface PasswordChange extends FactorProof {
  readonly currentPassword: string
  readonly newPassword: string
}

/**
 * Changes the password of the signed-in user. All other sessions end, and all tokens in use: the
 * current session goes on with those of the answer, or of its cookies. The user is told by mail.
 *
 * Throws as `provenUser`, and `invalid_input` for a refused new password.
 */
export async function changePassword(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: PasswordChange,
): Promise<SignedInAnswer> {
  const { userId, sessionId } = callerOf(ctx)
  const proof = { password: input.currentPassword, code: input.code }
  const { user, cleared } = await provenUser(deps, ctx, proof, findOwn(ctx))
  const passwordHash = await newHash(deps, ctx, user, input.newPassword, '/newPassword')
  const renewed = await renewTokens(deps, ctx, sessionId)
  const tenantId = ctx.tenant.id
  const { version, name } = user
  const { now } = ctx
  const letter = await queueLetter(deps, ctx, {
    mail: passwordChangedMail,
    to: user,
    props: { name },
    dedupeKey: `auth/password-changed:${userId}:${version}`,
  })
  const others = { tenantId, userId, except: sessionId, because: 'password', now }
  await commit(deps, withoutKey(ctx), {
    writes: [
      {
        statement: setPassword({ tenantId, id: userId, version, passwordHash, now }),
        guard: 'state_allows',
      },
      { statement: endOtherSessions(others) },
      ...renewed.writes,
      ...cleared,
      ...letter.writes,
    ],
    events: [
      eventOf(
        userPasswordChanged,
        { type: 'user', id: userId, version: version + 1 },
        { userId, by: 'user' },
      ),
    ],
    jobs: letter.jobs,
    audit: { action: 'auth.user.password_changed', targetType: 'user', targetId: userId },
    result: undefined,
    refusals: { unused: authErrors.wrongCode },
  })
  const changed = { ...user, securityVersion: user.securityVersion + 1 }
  const session = { id: sessionId, refreshToken: renewed.refreshToken, user: changed }
  return handOverAgain(deps, ctx, await signedIn(deps, ctx, session))
}

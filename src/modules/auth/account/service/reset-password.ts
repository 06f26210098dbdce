import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { clearAccount } from '../../attempts/index.ts'
import { authErrors } from '../../errors.ts'
import { spendToken } from '../../one-time-tokens/index.ts'
import { queueLetter } from '../../service/letters.ts'
import { withoutKey } from '../../service/without-key.ts'
import { endSessionsOf } from '../../session-store/index.ts'
import { userPasswordChanged } from '../events.ts'
import { passwordChangedMail } from '../mails.tsx'
import { resetPasswordHash } from '../repo.ts'
import { newHash } from './new-hash.ts'
import { tokenHolder } from './token-holder.ts'

const purpose = 'password_reset'

/**
 * Sets the password of a link's user, ends all sessions and access tokens, makes all other links of
 * the user worthless and tells the user. Whoever opens the link reads the address: it is verified.
 *
 * Throws `auth.invalid_token`, and `invalid_input` for a refused password, which leaves the link good.
 */
export async function resetPassword(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  input: { readonly token: string; readonly password: string },
): Promise<{ readonly status: 'changed' }> {
  const { user, hash } = await tokenHolder(deps, ctx, input.token, purpose)
  const passwordHash = await newHash(deps, ctx, user, input.password)
  const tenantId = ctx.tenant.id
  const { id, version, name, email } = user
  const { now } = ctx
  const [letter, cleared] = await Promise.all([
    queueLetter(deps, ctx, {
      mail: passwordChangedMail,
      to: user,
      props: { name },
      dedupeKey: `auth/password-changed:${id}:${version}`,
    }),
    clearAccount(deps, ctx, { purpose: 'login', account: email }),
  ])
  return commit(deps, withoutKey(ctx), {
    writes: [
      spendToken(ctx, { hash, purpose }),
      {
        statement: resetPasswordHash({ tenantId, id, version, passwordHash, now }),
        guard: 'state_allows',
      },
      { statement: endSessionsOf({ tenantId, userId: id, because: 'password', now }) },
      cleared,
      ...letter.writes,
    ],
    events: [
      eventOf(
        userPasswordChanged,
        { type: 'user', id, version: version + 1 },
        { userId: id, by: 'reset' },
      ),
    ],
    jobs: letter.jobs,
    audit: { action: 'auth.user.password_changed', targetType: 'user', targetId: id },
    result: { status: 'changed' },
    refusals: { unused: authErrors.invalidToken },
  })
}

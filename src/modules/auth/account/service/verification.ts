import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { authErrors } from '../../errors.ts'
import { countTokens, spendToken } from '../../one-time-tokens/index.ts'
import { verificationLetter } from '../../service/verification-link.ts'
import { withoutKey } from '../../service/without-key.ts'
import { countedSince } from '../domain.ts'
import { userEmailVerified } from '../events.ts'
import { setVerified } from '../repo.ts'
import type { Accepted } from '../types.ts'
import { callerOf, ownUser } from '../../service/own-user.ts'
import { requireAnother } from './require-another.ts'
import { tokenHolder } from './token-holder.ts'

const purpose = 'email_verification'

/**
 * Sends the signed-in user a link that verifies the address; nothing when it is verified. Throws
 * `too_many_requests` after `limits.oneTimeTokens.perHour` of them.
 */
export async function requestEmailVerification(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
): Promise<Accepted> {
  const tenantId = ctx.tenant.id
  const since = countedSince(ctx.now)
  const { userId: subjectId } = callerOf(ctx)
  const [user, sent] = await Promise.all([
    ownUser(deps, ctx),
    deps.db.first(countTokens({ tenantId, subjectId, purpose, since })),
  ])
  if (user.emailVerifiedAt !== null) return { status: 'accepted' }
  requireAnother(sent?.count ?? 0)
  const key = `auth/verify-email:${deps.ids.next()}`
  const { writes, jobs } = await verificationLetter(deps, ctx, user, key)
  return commit(deps, withoutKey(ctx), {
    writes,
    events: [],
    jobs,
    audit: { action: 'auth.email.verification_sent', targetType: 'user', targetId: user.id },
    result: { status: 'accepted' },
  })
}

/** Marks the address of a link's user as verified. Throws `auth.invalid_token`. */
export async function confirmEmailVerification(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  input: { readonly token: string },
): Promise<{ readonly status: 'verified' }> {
  const { user, hash } = await tokenHolder(deps, ctx, input.token, purpose)
  const { id, version } = user
  const verified = setVerified({ tenantId: ctx.tenant.id, id, version, now: ctx.now })
  const userId = id
  return commit(deps, withoutKey(ctx), {
    writes: [spendToken(ctx, { hash, purpose }), { statement: verified, guard: 'state_allows' }],
    events: [eventOf(userEmailVerified, { type: 'user', id, version: version + 1 }, { userId })],
    audit: {
      action: 'auth.user.email_verified',
      targetType: 'user',
      targetId: id,
      changes: { emailVerified: { before: user.emailVerifiedAt !== null, after: true } },
    },
    result: { status: 'verified' },
    refusals: { unused: authErrors.invalidToken },
  })
}

import type { RequestContext } from '../../../../kernel/context.ts'
import { sha256 } from '../../../../kernel/digest.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit, existsGuard } from '../../../commit/index.ts'
import { type Accepted, countedSince, mayHaveAnother } from '../../account/index.ts'
import { authErrors } from '../../errors.ts'
import { spendToken } from '../../one-time-tokens/index.ts'
import { EMAIL_TAKEN } from '../../repo.ts'
import { newUser } from '../../service/new-user.ts'
import { withoutKey } from '../../service/without-key.ts'
import { userCreated } from '../../users/index.ts'
import { isGrantedStill, isLinkLive } from '../domain.ts'
import { invitationAccepted, invitationSent } from '../events.ts'
import { findLink, sameInviter, sameTenant, toLink, updateInvitation } from '../repo.ts'
import type { InvitationLink } from '../types.ts'
import { change, nextOf } from './change-invitation.ts'
import { invitationLetter } from './invitation-letter.ts'

const purpose = 'invitation'

/**
 * Makes the account of an invitation by the link of its mail: with the roles, and an address that is
 * verified. Two round trips and one hash.
 *
 * Throws `auth.invalid_token` alike for a link that was never made, was used, is too old or was
 * followed by another, and for an invitation that is not open or whose roles are gone or beyond what
 * the inviter may grant by then; `auth.email_taken`; and `invalid_input` for a refused password, which
 * leaves the link good.
 */
export async function acceptInvitation(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  input: { readonly token: string; readonly name: string; readonly password: string },
): Promise<{ readonly status: 'created' }> {
  const hash = await sha256(input.token)
  const link = await openLink(deps, ctx, hash)
  if (!link || !isLinkLive(link, ctx.now)) throw new AppError(authErrors.invalidToken)
  const { invitation: before } = link
  const { email, roles } = before
  const { name, password } = input
  const made = await newUser(deps, ctx, { email, name, password, roles }, 'invitation')
  const userId = made.user.id
  const after = nextOf(ctx, { ...before, state: 'accepted', userId })
  const { id: invitationId, version } = after
  return commit(deps, withoutKey(ctx), {
    writes: [
      spendToken(ctx, { hash, purpose }),
      updateInvitation(ctx.tenant.id, after),
      { statement: existsGuard('state_allows', sameInviter(ctx.tenant.id, link)) },
      {
        statement: existsGuard('tenant_current', sameTenant(ctx.tenant.id, ctx.tenant.version)),
      },
      ...made.writes,
    ],
    events: [
      eventOf(userCreated, { type: 'user', id: userId, version: 1 }, { userId, roles }),
      eventOf(
        invitationAccepted,
        { type: 'invitation', id: invitationId, version },
        { invitationId, userId },
      ),
    ],
    jobs: made.jobs,
    audit: {
      action: invitationAccepted.type,
      targetType: 'user',
      targetId: userId,
      changes: { invitationId: { after: invitationId }, roles: { after: roles } },
    },
    result: { status: 'created' },
    refusals: {
      unused: authErrors.invalidToken,
      state_allows: authErrors.invalidToken,
      [EMAIL_TAKEN]: authErrors.emailTaken,
    },
  })
}

/**
 * Sends the invitation of a link that was not used once more to the address that was invited, at most
 * `limits.oneTimeTokens.perHour` mails in an hour. Every token gets the same answer.
 */
export async function renewInvitation(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  input: { readonly token: string },
): Promise<Accepted> {
  const link = await openLink(deps, ctx, await sha256(input.token))
  if (link && mayHaveAnother(link.sent)) {
    const { invitation: before } = link
    const after = nextOf(ctx, before)
    const letter = await invitationLetter(deps, ctx, after)
    await change(deps, withoutKey(ctx), { before, after, event: invitationSent, letter })
  }
  return { status: 'accepted' }
}

/** What a link leads to while the invitation is open and its inviter may grant the roles. */
async function openLink(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  hash: string,
): Promise<InvitationLink | undefined> {
  const values = { tenantId: ctx.tenant.id, hash, now: ctx.now, since: countedSince(ctx.now) }
  const row = await deps.db.first(findLink(values))
  const link = row && toLink(row)
  return link && isGrantedStill(ctx.tenant, link) ? link : undefined
}

import * as z from 'zod'
import type { RequestContext } from '../../../../kernel/context.ts'
import { invalid } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { authErrors } from '../../errors.ts'
import { newOneTimeToken, spendToken } from '../../one-time-tokens/index.ts'
import { EMAIL_TAKEN } from '../../repo.ts'
import { accountLink, queueLetter } from '../../service/letters.ts'
import { withoutKey } from '../../service/without-key.ts'
import { countedSince } from '../domain.ts'
import { userEmailChanged } from '../events.ts'
import { changeEmailMail } from '../mails.tsx'
import { findUserWithOwner, setEmail } from '../repo.ts'
import type { Accepted } from '../types.ts'
import { queueAddressUsed } from './address-used.ts'
import { queueEmailChanged } from './email-changed.ts'
import { type Proof, callerOf, provenUser } from '../../service/own-user.ts'
import { requireAnother } from './require-another.ts'
import { tokenHolder } from './token-holder.ts'

const purpose = 'email_change'
const ownerSchema = z.object({ id: z.string(), name: z.string(), locale: z.string().nullable() })
const payloadSchema = z.object({ email: z.string() })

/**
 * Sends a link to the address that the signed-in user wants to have; the account keeps the old one
 * until it is opened. Where the address is somebody else's, they are told instead, after the same
 * work and with the same answer.
 *
 * Throws as `provenUser`, and `invalid_input` for the address as it is.
 */
export async function requestEmailChange(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  { email, ...proof }: Proof & { readonly email: string },
): Promise<Accepted> {
  const tenantId = ctx.tenant.id
  const { userId: id } = callerOf(ctx)
  const found = findUserWithOwner({ tenantId, id, email, since: countedSince(ctx.now) })
  const { user, row, cleared } = await provenUser(deps, ctx, proof, found)
  if (user.email === email) throw invalid('/email', 'is the address of the account already')
  requireAnother(row.sent)
  const { token, writes } = await newOneTimeToken(deps, ctx, {
    purpose,
    subjectId: id,
    boundTo: String(user.securityVersion),
    payload: JSON.stringify({ email }),
  })
  const letter =
    row.owner === null
      ? await queueLetter(deps, ctx, {
          mail: changeEmailMail,
          to: { ...user, email },
          props: { name: user.name, url: accountLink(ctx, 'email', token) },
          dedupeKey: `auth/change-email:${deps.ids.next()}`,
        })
      : await queueAddressUsed(deps, ctx, { ...ownerSchema.parse(JSON.parse(row.owner)), email })
  return commit(deps, withoutKey(ctx), {
    writes: [...writes, ...cleared, ...letter.writes],
    events: [],
    jobs: letter.jobs,
    audit: { action: 'auth.email.change_requested', targetType: 'user', targetId: id },
    result: { status: 'accepted' },
    refusals: { unused: authErrors.wrongCode },
  })
}

/**
 * Gives a link's user the new address and tells the old one. The access tokens in use end, the
 * sessions go on. Throws `auth.invalid_token`, also when somebody else has the address by then.
 */
export async function confirmEmailChange(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  input: { readonly token: string },
): Promise<{ readonly status: 'changed' }> {
  const { user, hash, payload } = await tokenHolder(deps, ctx, input.token, purpose)
  const { email } = payloadSchema.parse(JSON.parse(payload ?? ''))
  const { id, version } = user
  const letter = await queueEmailChanged(deps, ctx, user)
  const changed = setEmail({ tenantId: ctx.tenant.id, id, version, email, now: ctx.now })
  return commit(deps, withoutKey(ctx), {
    writes: [
      spendToken(ctx, { hash, purpose }),
      { statement: changed, guard: 'state_allows' },
      ...letter.writes,
    ],
    events: [eventOf(userEmailChanged, { type: 'user', id, version: version + 1 }, { userId: id })],
    jobs: letter.jobs,
    audit: { action: 'auth.user.email_changed', targetType: 'user', targetId: id },
    result: { status: 'changed' },
    refusals: { unused: authErrors.invalidToken, [EMAIL_TAKEN]: authErrors.invalidToken },
  })
}

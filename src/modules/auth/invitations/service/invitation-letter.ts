import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { may } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { QueuedMail } from '../../../mail/index.ts'
import { queueAddressUsed } from '../../account/index.ts'
import { authErrors } from '../../errors.ts'
import { newOneTimeToken } from '../../one-time-tokens/index.ts'
import { accountLink, queueLetter } from '../../service/letters.ts'
import { invitationMail } from '../mails.tsx'
import type { InvitationRecord, Sendable } from '../types.ts'

type Letter = Pick<QueuedMail, 'writes' | 'jobs'>

/** The mail of an invitation in its version, with a link that is good for that one, as a part of a commit. */
export async function invitationLetter(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: RequestContext,
  { id, email, name, version }: Pick<InvitationRecord, 'id' | 'email' | 'name' | 'version'>,
): Promise<Letter> {
  const { token, writes } = await newOneTimeToken(deps, ctx, {
    purpose: 'invitation',
    subjectId: id,
    boundTo: String(version),
  })
  const letter = await queueLetter(deps, ctx, {
    mail: invitationMail,
    to: { id, email, name, locale: null },
    props: { name, url: accountLink(ctx, 'invitation', token) },
    dedupeKey: `auth/invitation:${id}:${version}`,
  })
  return { writes: [...writes, ...letter.writes], jobs: letter.jobs }
}

/**
 * As `invitationLetter`; somebody who has an account at the address is told instead that it was used.
 * Throws `auth.email_taken` for callers who may read users and would see it there.
 */
export function letterTo(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: RequestContext,
  invitation: InvitationRecord,
  owner: Sendable['owner'],
): Promise<Letter> {
  if (owner === null) return invitationLetter(deps, ctx, invitation)
  if (may(ctx, 'users:read', null)) throw new AppError(authErrors.emailTaken)
  return queueAddressUsed(deps, ctx, { ...owner, email: invitation.email })
}

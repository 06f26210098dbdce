import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission, userIdOf } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { requireGrantable } from '../../../rbac/index.ts'
import { authErrors } from '../../errors.ts'
import { findUserByEmail } from '../../repo.ts'
import { requireStepUpWhereOn, stepUpRefusals } from '../../second-factor/index.ts'
import { invitationCreated } from '../events.ts'
import { concealed } from '../../service/concealed.ts'
import { insertInvitation, showInvitation } from '../repo.ts'
import type { Invitation, InvitationRecord } from '../types.ts'
import { letterTo } from './invitation-letter.ts'

/** Who is invited, and to be what. */
interface Wish {
  readonly email: string
  readonly name?: string | undefined
  readonly roles: readonly string[]
}

/**
 * Invites somebody by mail to make an account with the roles, within `limits.invitations.milliseconds`.
 * Two round trips.
 *
 * Throws `auth.already_invited`, `rbac.grant_too_wide` for roles beyond the caller's own permissions,
 * `invalid_input` for an unknown role, `auth.step_up_required` of callers with a second factor, and
 * for those who may read users `auth.email_taken`; others are answered as for any address.
 */
export async function createInvitation(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  input: Wish,
): Promise<Invitation> {
  requirePermission(ctx, 'users:invite', null)
  requireGrantable(ctx, input.roles)
  const invitedBy = userIdOf(ctx.principal)
  if (invitedBy === undefined) throw new AppError(errors.forbidden)
  const tenantId = ctx.tenant.id
  const { email } = input
  const owner = await deps.db.first(findUserByEmail({ tenantId, email }))
  const invitation = newInvitation(deps.ids.next(), invitedBy, ctx.now, input)
  const letter = await letterTo(deps, ctx, invitation, owner ?? null)
  const { id, roles } = invitation
  const aggregate = { type: 'invitation', id, version: 1 }
  return commit(deps, ctx, {
    writes: [
      insertInvitation(tenantId, invitation),
      ...requireStepUpWhereOn(ctx),
      ...letter.writes,
    ],
    events: [eventOf(invitationCreated, aggregate, { invitationId: id, roles })],
    jobs: letter.jobs,
    audit: {
      action: invitationCreated.type,
      targetType: 'invitation',
      targetId: id,
      changes: await concealed(deps, ctx, id, { email: { after: email }, roles: { after: roles } }),
    },
    result: showInvitation(invitation, ctx.now),
    refusals: { state_allows: authErrors.alreadyInvited, ...stepUpRefusals },
  })
}

function newInvitation(
  id: string,
  invitedBy: string,
  now: number,
  { email, name = '', roles }: Wish,
): InvitationRecord {
  return {
    id,
    email,
    name,
    roles: [...new Set(roles)].sort(),
    state: 'pending',
    invitedBy,
    userId: null,
    version: 1,
    expiresAt: now + limits.invitations.milliseconds,
    createdAt: now,
    updatedAt: now,
  }
}

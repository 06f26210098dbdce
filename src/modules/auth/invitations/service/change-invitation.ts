import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission, userIdOf } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import type { QueuedMail } from '../../../mail/index.ts'
import { requireCovers, requireGrantable } from '../../../rbac/index.ts'
import { countedSince, requireAnother } from '../../account/index.ts'
import { authErrors } from '../../errors.ts'
import { invitationRevoked, invitationSent } from '../events.ts'
import { findSendable, showInvitation, toSendable, updateInvitation } from '../repo.ts'
import type { Invitation, InvitationRecord, Sendable } from '../types.ts'
import { letterTo } from './invitation-letter.ts'

interface Target {
  readonly id: string
}

/**
 * Sends an invitation that is pending or has expired once more, in the caller's name and for as long as
 * a new one; the links before are dead. Two round trips.
 *
 * Throws `not_found`, `auth.invitation_closed`, `too_many_requests` after
 * `limits.oneTimeTokens.perHour` mails, and as `createInvitation` for roles and a taken address.
 */
export async function resendInvitation(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  { id }: Target,
): Promise<Invitation> {
  const { invitation: before, sent, owner } = await sendable(deps, ctx, id)
  if (before.state !== 'pending') throw new AppError(authErrors.invitationClosed)
  requireGrantable(ctx, before.roles)
  requireAnother(sent)
  const invitedBy = userIdOf(ctx.principal) ?? before.invitedBy
  const expiresAt = ctx.now + limits.invitations.milliseconds
  const after = nextOf(ctx, { ...before, invitedBy, expiresAt })
  const letter = await letterTo(deps, ctx, after, owner)
  return change(deps, ctx, { before, after, event: invitationSent, letter })
}

/**
 * Takes an invitation back. One that was taken back before is answered as it is. Two round trips.
 *
 * Throws `not_found`, `auth.invitation_closed` for one that was accepted, and `rbac.grant_too_wide`
 * for roles beyond the caller's own permissions.
 */
export async function revokeInvitation(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { id }: Target,
): Promise<Invitation> {
  const { invitation: before } = await sendable(deps, ctx, id)
  if (before.state === 'revoked') return showInvitation(before, ctx.now)
  requireCovers(ctx, before.roles)
  if (before.state !== 'pending') throw new AppError(authErrors.invitationClosed)
  const after = nextOf(ctx, { ...before, state: 'revoked' })
  return change(deps, ctx, { before, after, event: invitationRevoked })
}

async function sendable(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  id: string,
): Promise<Sendable> {
  requirePermission(ctx, 'users:invite', null)
  const since = countedSince(ctx.now)
  const row = await deps.db.first(findSendable({ tenantId: ctx.tenant.id, id, since }))
  if (!row) throw new AppError(errors.notFound)
  return toSendable(row)
}

/** An invitation in its next version. */
export function nextOf(
  { now }: Pick<RequestContext, 'now'>,
  invitation: InvitationRecord,
): InvitationRecord {
  return { ...invitation, version: invitation.version + 1, updatedAt: now }
}

interface Change {
  readonly before: InvitationRecord
  readonly after: InvitationRecord
  readonly event: EventType<{ invitationId: string }>
  readonly letter?: Pick<QueuedMail, 'writes' | 'jobs'>
}

/** Commits a change of an open invitation. Throws `conflict` when another one was faster. */
export async function change(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { before, after, event, letter }: Change,
): Promise<Invitation> {
  const { id, version } = after
  return commit(deps, ctx, {
    writes: [updateInvitation(ctx.tenant.id, after), ...(letter?.writes ?? [])],
    events: [eventOf(event, { type: 'invitation', id, version }, { invitationId: id })],
    jobs: letter?.jobs ?? [],
    audit: {
      action: event.type,
      targetType: 'invitation',
      targetId: id,
      changes: { state: { before: before.state, after: after.state } },
    },
    result: showInvitation(after, ctx.now),
  })
}

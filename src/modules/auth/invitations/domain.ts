import type { TenantSnapshot } from '../../../kernel/context.ts'
import { may } from '../../../kernel/permissions.ts'
import { permissionsOf, uncovered } from '../../rbac/index.ts'
import type { InvitationLink, InvitationRecord, InvitationState } from './types.ts'

/** What an invitation has become at an instant. */
export function stateAt(
  { state, expiresAt }: Pick<InvitationRecord, 'state' | 'expiresAt'>,
  now: number,
): InvitationState {
  return state === 'pending' && expiresAt <= now ? 'expired' : state
}

/** Whether a link makes an account at an instant: its time is not over, and no later mail has gone out. */
export function isLinkLive(link: InvitationLink, now: number): boolean {
  return link.expiresAt > now && link.boundTo === String(link.invitation.version)
}

/**
 * Whether the inviter may still invite and grant the roles, each of which the tenant must still have.
 * An invitation counts as a whole: nobody gets less than what was promised.
 */
export function isGrantedStill(
  tenant: Pick<TenantSnapshot, 'roles'>,
  { invitation: { roles }, inviterRoles }: InvitationLink,
): boolean {
  const permissions = permissionsOf(tenant, inviterRoles)
  const inviter = { kind: 'system', name: 'inviter', permissions } as const
  return (
    may({ principal: inviter }, 'users:invite', null) &&
    roles.every((role) => Object.hasOwn(tenant.roles, role)) &&
    uncovered(permissions, permissionsOf(tenant, roles)).length === 0
  )
}

import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { requireGrantable } from '../../../rbac/index.ts'
import { authErrors } from '../../errors.ts'
import { advanceUser, deleteRoles, insertRoles, toUser } from '../../repo.ts'
import { requireStepUpWhereOn, stepUpRefusals } from '../../second-factor/index.ts'
import type { User } from '../../types.ts'
import { userRolesChanged } from '../events.ts'
import { type Target, changeableUser, keepAdministrator } from './changeable-user.ts'

/**
 * Gives a user other roles and ends its access tokens; its sessions go on. What is so already is
 * answered as it is.
 *
 * Throws as `changeableUser`, `auth.last_administrator`, `invalid_input` for a role that the tenant
 * lacks, and `auth.step_up_required` of callers with a second factor.
 */
export async function setUserRoles(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  input: Target & { readonly roles: readonly string[] },
): Promise<User> {
  const before = await changeableUser(deps, ctx, 'users:update', input)
  const roles = [...new Set(input.roles)].sort()
  requireGrantable(ctx, input.roles)
  if (roles.join() === before.roles.join()) return toUser(before)
  const { id, status, version } = before
  const tenantId = ctx.tenant.id
  const { now } = ctx
  const lost = status === 'active' ? before.roles.filter((role) => !roles.includes(role)) : []
  const change = { before: before.roles, after: roles }
  return commit(deps, ctx, {
    writes: [
      { statement: advanceUser({ tenantId, id, version, status, now }), guard: 'version_matches' },
      ...requireStepUpWhereOn(ctx),
      { statement: deleteRoles({ tenantId, userId: id }) },
      { statement: insertRoles(tenantId, id, roles) },
      ...keepAdministrator(ctx, lost),
    ],
    events: [
      eventOf(
        userRolesChanged,
        { type: 'user', id, version: version + 1 },
        { userId: id, ...change },
      ),
    ],
    audit: {
      action: userRolesChanged.type,
      targetType: 'user',
      targetId: id,
      changes: { roles: change },
    },
    result: toUser({ ...before, roles, version: version + 1, updatedAt: now }),
    refusals: { last_one_stays: authErrors.lastAdministrator, ...stepUpRefusals },
  })
}

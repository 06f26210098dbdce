import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { requireGrantable } from '../../../rbac/index.ts'
import { authErrors } from '../../errors.ts'
import { EMAIL_TAKEN } from '../../repo.ts'
import { requireStepUpWhereOn, stepUpRefusals } from '../../second-factor/index.ts'
import { newUser } from '../../service/new-user.ts'
import type { NewUser, User } from '../../types.ts'
import { userCreated } from '../events.ts'

/**
 * Makes a user with a password; `createInvitation` lets the user choose one. Throws
 * `auth.email_taken`, `rbac.grant_too_wide` for roles beyond the caller's own permissions,
 * `invalid_input` for an unknown role or a refused password, and `auth.step_up_required` of callers
 * with a second factor, for which `alsoWrites` looks by default.
 */
export async function createUser(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  input: NewUser,
  alsoWrites: readonly Write[] = requireStepUpWhereOn(ctx),
): Promise<User> {
  requirePermission(ctx, 'users:create', null)
  requireGrantable(ctx, input.roles)
  const { user, writes, jobs } = await newUser(deps, ctx, input, 'administrator')
  const { id, roles } = user
  return commit(deps, ctx, {
    writes: [...alsoWrites, ...writes],
    events: [eventOf(userCreated, { type: 'user', id, version: 1 }, { userId: id, roles })],
    jobs,
    audit: {
      action: 'auth.user.created',
      targetType: 'user',
      targetId: id,
      changes: { roles: { after: roles } },
    },
    result: user,
    refusals: { [EMAIL_TAKEN]: authErrors.emailTaken, ...stepUpRefusals },
  })
}

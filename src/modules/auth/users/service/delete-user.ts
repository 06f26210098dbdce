import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { userIdOf } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { queueAccountClosed, userDeleted } from '../../account/index.ts'
import { authErrors } from '../../errors.ts'
import { requireStepUpWhereOn, stepUpRefusals } from '../../second-factor/index.ts'
import { erasure } from '../../service/erasure.ts'
import { type Target, changeableUser, keepAdministrator } from './changeable-user.ts'

/**
 * Deletes a user and tells the address: the id stays, and nothing else that tells who it was.
 *
 * Throws as `changeableUser`, `auth.last_administrator`, `forbidden` for the caller's own account,
 * which its password protects, and `auth.step_up_required` of callers with a second factor.
 */
export async function deleteUser(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  input: Target,
): Promise<null> {
  const user = await changeableUser(deps, ctx, 'users:delete', input)
  const { id, version, status, roles } = user
  if (id === userIdOf(ctx.principal))
    throw new AppError(errors.forbidden, {
      detail: 'One’s own account is deleted with its password.',
    })
  const letter = await queueAccountClosed(deps, ctx, user, 'deleted')
  return commit(deps, ctx, {
    writes: [
      ...erasure(ctx, user, 'version_matches'),
      ...requireStepUpWhereOn(ctx),
      ...keepAdministrator(ctx, status === 'active' ? roles : []),
      ...letter.writes,
    ],
    events: [eventOf(userDeleted, { type: 'user', id, version: version + 1 }, { userId: id })],
    jobs: letter.jobs,
    audit: {
      action: userDeleted.type,
      targetType: 'user',
      targetId: id,
      changes: { status: { before: status, after: 'deleted' }, roles: { before: roles } },
    },
    result: null,
    refusals: { last_one_stays: authErrors.lastAdministrator, ...stepUpRefusals },
  })
}

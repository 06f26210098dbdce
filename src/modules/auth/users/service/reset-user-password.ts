import type { RequestContext } from '../../../../kernel/context.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Accepted, acceptPasswordReset } from '../../account/index.ts'
import { changeableUser } from './changeable-user.ts'

/**
 * Has a link for a new password sent to a user, as if the user had asked for it: none while the user
 * is disabled, and no more than the hour admits. Throws `not_found` and `rbac.grant_too_wide`.
 */
export async function resetUserPassword(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<Accepted> {
  const user = await changeableUser(deps, ctx, 'users:update', { id, version: '*' })
  return acceptPasswordReset(deps, ctx, user.email, { targetType: 'user', targetId: id })
}

import type { RequestContext } from '../../../kernel/context.ts'
import type { Write } from '../../commit/index.ts'
import { deleteMessagesTo } from '../../mail/index.ts'
import { erasedAddress } from '../domain.ts'
import { eraseInvitations } from '../invitations/index.ts'
import { deleteTokensOf } from '../one-time-tokens/index.ts'
import { deleteRoles, eraseUser } from '../repo.ts'
import { deleteFactor, deleteRecoveryCodes } from '../second-factor/index.ts'
import { eraseSessionsOf } from '../session-store/index.ts'
import { eraseLoginsOf } from '../sessions/index.ts'
import type { UserRecord } from '../types.ts'

/**
 * Takes everything of a user but the id. The commit breaks `guard` when the user has been changed
 * since it was read.
 */
export function erasure(
  { tenant, now }: Pick<RequestContext, 'tenant' | 'now'>,
  user: Pick<UserRecord, 'id' | 'version' | 'email'>,
  guard: 'state_allows' | 'version_matches' = 'state_allows',
): Write[] {
  const tenantId = tenant.id
  const { id, version } = user
  const email = erasedAddress(id)
  return [
    { statement: eraseUser({ tenantId, id, version, email, now }), guard },
    { statement: deleteRoles({ tenantId, userId: id }) },
    { statement: deleteTokensOf({ tenantId, subjectId: id }) },
    { statement: deleteFactor({ tenantId, userId: id }) },
    { statement: deleteRecoveryCodes({ tenantId, userId: id }) },
    { statement: eraseInvitations(tenantId, user.email) },
    { statement: deleteMessagesTo({ tenantId, recipient: user.email }) },
    { statement: eraseSessionsOf(tenantId, id, now) },
    { statement: eraseLoginsOf(tenantId, id) },
  ]
}

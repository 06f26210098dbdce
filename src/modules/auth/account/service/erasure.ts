import type { RequestContext } from '../../../../kernel/context.ts'
import type { Write } from '../../../commit/index.ts'
import { deleteTokensOf } from '../../one-time-tokens/index.ts'
import { deleteRoles } from '../../repo.ts'
import { deleteFactor, deleteRecoveryCodes } from '../../second-factor/index.ts'
import type { UserRecord } from '../../types.ts'
import { erasedAddress } from '../domain.ts'
import { eraseInvitations, eraseSessions, eraseUser } from '../repo.ts'

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
    ...eraseSessions(tenantId, id, now).map((statement) => ({ statement })),
  ]
}

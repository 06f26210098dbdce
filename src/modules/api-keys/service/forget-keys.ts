import type { RequestContext } from '../../../kernel/context.ts'
import { commit } from '../../commit/index.ts'
import { deleteKeysOf } from '../repo.ts'
import type { WriteDeps } from './shared.ts'

/** Erases all keys of a user. */
export async function forgetKeysOf(
  deps: WriteDeps,
  ctx: RequestContext,
  { userId }: { readonly userId: string },
): Promise<void> {
  await commit(deps, ctx, {
    writes: [{ statement: deleteKeysOf({ tenantId: ctx.tenant.id, userId }) }],
    events: [],
    audit: { action: 'keys.user.forgotten', targetType: 'user', targetId: userId },
    result: null,
  })
}

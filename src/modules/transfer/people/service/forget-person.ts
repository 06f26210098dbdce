import type { RequestContext } from '../../../../kernel/context.ts'
import { jobOf } from '../../../../kernel/job.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { forgetJob } from '../../files/index.ts'
import { findPersonExports } from '../repo.ts'

/** Has the exports of a user removed who is gone. */
export async function forgetPerson(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { userId }: { readonly userId: string },
): Promise<void> {
  const exports = await deps.db.read(findPersonExports(ctx.tenant.id, userId))
  await commit(deps, ctx, {
    writes: [],
    events: [],
    jobs: exports.map(({ id }) => jobOf(forgetJob, { exportId: id })),
    audit: {
      action: 'transfer.user.forgotten',
      targetType: 'user',
      targetId: userId,
      changes: { exports: exports.length },
    },
    result: undefined,
  })
}

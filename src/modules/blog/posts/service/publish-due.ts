import { type RequestContext, systemContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { requireOperator } from '../../../tenants/index.ts'
import { changeStatus, findDuePosts } from './change-status.ts'

/**
 * Publishes the due posts of every shard. One that fails stops no other and fails the whole at the
 * end. Needs `maintenance:run` in the control tenant.
 */
export async function publishEverywhere(deps: Deps, ctx: RequestContext): Promise<undefined> {
  requireOperator(ctx, 'maintenance:run')
  await deps.db.confirm()
  const results = await Promise.allSettled(
    deps.shards.names.map((shard) => publishDue({ ...deps, db: deps.shards.open(shard) }, ctx.now)),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

/**
 * Publishes the drafts whose `publishAt` has come, at most 100 a run. Two runs at once publish a post
 * once: the version guard refuses the second.
 */
async function publishDue(deps: Deps, now: number): Promise<void> {
  for (const due of await findDuePosts(deps, now)) {
    const tenant = await deps.tenants.find({ kind: 'id', value: due.tenantId })
    if (tenant?.status !== 'active') continue
    const permissions = ['posts:read', 'posts:publish']
    const ctx = systemContext(tenant, {
      name: 'blog:publish-due',
      permissions,
      id: deps.ids.next(),
      now,
    })
    try {
      await changeStatus(deps, ctx, {
        id: due.id,
        action: 'publish',
        publishAt: due.publishAt ?? now,
        ifMatch: undefined,
      })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      deps.telemetry.log('warn', 'scheduled post not published', {
        postId: due.id,
        code: error.definition.code,
      })
    }
  }
}

import { type RequestContext, systemContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { requireOperator } from '../../../tenants/index.ts'
import { listDuePosts } from '../repo.ts'
import { changeStatus } from '../../posts/index.ts'

/** A draft whose instant has come. */
interface DuePost {
  readonly tenantId: string
  readonly id: string
  readonly publishAt: number
}

/**
 * Publishes the due posts of every shard. One that fails stops no other and fails the whole at the
 * end. Needs `maintenance:run` in the control tenant.
 */
export async function publishEverywhere(deps: Deps, ctx: RequestContext): Promise<undefined> {
  requireOperator(ctx, 'maintenance:run')
  await deps.db.confirm()
  const results = await Promise.allSettled(
    deps.shards.names.map((shard) =>
      publishDue({ ...deps, db: deps.shards.openUngated(shard) }, ctx.now),
    ),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

/**
 * Publishes the drafts whose `publishAt` has come, a page after the other: what cannot be published
 * holds up nothing behind it. Two runs at once publish a post once: the version guard refuses the second.
 */
async function publishDue(deps: Deps, now: number): Promise<void> {
  let after: DuePost = { publishAt: 0, tenantId: '', id: '' }
  for (let page = 0; page < limits.blog.duePages; page++) {
    const due = await findDuePosts(deps, now, after)
    for (const post of due) await publishOne(deps, post, now)
    const last = due.at(-1)
    if (!last || due.length < limits.blog.duePage) return
    after = last
  }
}

async function publishOne(deps: Deps, due: DuePost, now: number): Promise<void> {
  const tenant = await deps.tenants.find({ kind: 'id', value: due.tenantId })
  if (tenant?.status !== 'active') return
  const permissions = ['posts:read', 'posts:publish']
  const id = deps.ids.next()
  const ctx = systemContext(tenant, { name: 'blog:publish-due', permissions, id, now })
  const { publishAt } = due
  try {
    await changeStatus(deps, ctx, { id: due.id, action: 'publish', publishAt, ifMatch: undefined })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    deps.telemetry.log('warn', 'scheduled post not published', {
      postId: due.id,
      code: error.definition.code,
    })
  }
}

/** A page of the drafts of all tenants that are due, the longest due first, from behind one of them. */
async function findDuePosts(
  deps: Pick<Deps, 'db'>,
  now: number,
  after: DuePost,
): Promise<DuePost[]> {
  const { publishAt: afterInstant, tenantId: afterTenant, id: afterId } = after
  const page = { now, afterInstant, afterTenant, afterId }
  const rows = await deps.db.read(
    listDuePosts({ ...page, module: 'blog', limit: limits.blog.duePage }),
  )
  return rows.map((row) => ({ ...row, publishAt: row.publishAt ?? now }))
}

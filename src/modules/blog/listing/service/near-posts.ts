import type { RequestContext } from '../../../../kernel/context.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import {
  type PostSummary,
  findPost,
  presentSummary,
  requireVisible,
  toRecord,
  toSummary,
} from '../../posts/index.ts'
import { findNeighbour, listRelated } from '../repo.ts'

type ReadDeps = Pick<Deps, 'db'>

/** The published posts before and after a post in time. Throws 404 for an invisible post. */
export async function getNeighbours(
  deps: ReadDeps,
  ctx: RequestContext,
  input: { id: string },
): Promise<{ previous: PostSummary | null; next: PostSummary | null }> {
  const values = { tenantId: ctx.tenant.id, id: input.id, locales: JSON.stringify(ctx.locales) }
  const [row, previous, next] = await Promise.all([
    deps.db.first(findPost(values)),
    deps.db.first(findNeighbour('previous', values)),
    deps.db.first(findNeighbour('next', values)),
  ])
  requireVisible(ctx, row && toRecord(row))
  return {
    previous: previous ? presentSummary(ctx, toSummary(previous)) : null,
    next: next ? presentSummary(ctx, toSummary(next)) : null,
  }
}

/** Published posts that share tags with a post. Throws 404 for an invisible post. */
export async function getRelated(
  deps: ReadDeps,
  ctx: RequestContext,
  input: { id: string; limit: number },
): Promise<{ items: PostSummary[] }> {
  const values = { tenantId: ctx.tenant.id, id: input.id, locales: JSON.stringify(ctx.locales) }
  const [row, related] = await Promise.all([
    deps.db.first(findPost(values)),
    deps.db.read(listRelated({ ...values, newest: limits.blog.relatedPerTag, limit: input.limit })),
  ])
  requireVisible(ctx, row && toRecord(row))
  return { items: related.map((item) => presentSummary(ctx, toSummary(item))) }
}

import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { loadPictures } from '../../../media/index.ts'
import { postEvents } from '../../posts/index.ts'
import { listCovered, updatePicture } from '../repo.ts'

/**
 * Shows an asset as it is in every post that has it as its cover. Posts that show it so already stay,
 * so it bears being repeated; one that somebody changes meanwhile throws 412.
 */
export async function renewCovers(
  deps: Pick<Deps, CommitPort>,
  // One commit a page: what is done already is found by looking, not by the effect.
  { effect: _, ...ctx }: RequestContext,
  assetId: string,
): Promise<void> {
  const limit = limits.blog.coversAtOnce
  for (let afterId = ''; ;) {
    const [pictures, rows] = await Promise.all([
      loadPictures(deps, ctx, [assetId]),
      deps.db.read(listCovered(valuesOf(ctx, { assetId, afterId, limit }))),
    ])
    const read = pictures.get(assetId)
    const picture = read ? JSON.stringify(read.picture) : null
    await renewPage(deps, ctx, {
      assetId,
      picture,
      posts: rows.filter(({ coverPicture }) => coverPicture !== picture),
    })
    const last = rows.at(-1)
    if (rows.length < limit || !last) return
    afterId = last.id
  }
}

function valuesOf(
  { tenant, locales }: RequestContext,
  page: { readonly assetId: string; readonly afterId: string; readonly limit: number },
) {
  return { tenantId: tenant.id, locales: JSON.stringify(locales), ...page }
}

interface Page {
  readonly assetId: string
  readonly picture: string | null
  readonly posts: readonly { id: string; version: number; slug: string; locale: string }[]
}

async function renewPage(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { assetId, picture, posts }: Page,
): Promise<void> {
  if (posts.length === 0) return
  await commit(deps, ctx, {
    writes: posts.map((post) => updatePicture(ctx.tenant.id, post, picture, ctx.now)),
    events: posts.map(({ id, version, slug, locale }) =>
      eventOf(
        postEvents.updated,
        { type: 'blog.post', id, version: version + 1 },
        { postId: id, slug, locale },
      ),
    ),
    audit: {
      action: 'blog.covers.renewed',
      targetType: 'media.asset',
      targetId: assetId,
      changes: { posts: posts.map(({ id }) => id) },
    },
    result: null,
  })
}

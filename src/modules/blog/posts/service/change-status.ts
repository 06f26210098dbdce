import type { RequestContext } from '../../../../kernel/context.ts'
import type { EventType } from '../../../../kernel/events.ts'
import { commit } from '../../../commit/index.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { type PostAction, type StatusChange, decideStatus, requireDeletable } from '../domain.ts'
import { postEvents } from '../events.ts'
import { deletePost as deletePostWrite, updatePost } from '../repo.ts'
import type { Post } from '../schemas.ts'
import type { PostRecord } from '../types.ts'
import { referToCover } from './cover.ts'
import { type Expected, type WriteDeps, commitChange, loadForWrite } from './update-post.ts'

const eventOfAction: Readonly<
  Record<PostAction, EventType<{ postId: string; slug: string; locale: string }>>
> = {
  publish: postEvents.published,
  unpublish: postEvents.unpublished,
  archive: postEvents.archived,
  restore: postEvents.restored,
}

/**
 * Publishes, unpublishes, archives or restores a post; a later `publishAt` schedules it instead, and
 * unpublishing a scheduled draft calls that off, which is an update to those who listen.
 * Throws 404, 403, 412 and `blog.wrong_state`.
 */
export async function changeStatus(
  deps: WriteDeps,
  ctx: RequestContext,
  input: { id: string; action: PostAction; publishAt?: number | undefined } & Expected,
): Promise<Post> {
  const { post } = await loadForWrite(deps, ctx, input, 'posts:publish')
  const change = decideStatus(post, input.action, ctx.now, input.publishAt)
  const changed: PostRecord = { ...post, ...change, version: post.version + 1, updatedAt: ctx.now }
  const event = eventOfChange(post, input.action, change)
  return commitChange(deps, ctx, changed, event, updatePost(ctx.tenant.id, changed, post.version))
}

function eventOfChange(before: PostRecord, action: PostAction, after: StatusChange) {
  if (after.publishAt !== null) return postEvents.scheduled
  const isCalledOff = action === 'unpublish' && before.status === 'draft'
  return isCalledOff ? postEvents.updated : eventOfAction[action]
}

/** Deletes a draft or an archived post for ever. Throws 404, 403, 412 and `blog.delete_refused`. */
export async function deletePost(
  deps: WriteDeps,
  ctx: RequestContext,
  input: { id: string } & Expected,
): Promise<null> {
  const { post } = await loadForWrite(deps, ctx, input, 'posts:delete')
  requireDeletable(post)
  const { slug, locale } = post.translation
  const aggregate = { type: 'blog.post', id: post.id, version: post.version + 1 }
  return commit(deps, ctx, {
    writes: [
      deletePostWrite(ctx.tenant.id, post.id, post.version),
      ...referToCover(ctx.tenant.id, post.id, { before: post.coverAssetId, after: null }),
    ],
    events: [eventOf(postEvents.deleted, aggregate, { postId: post.id, slug, locale })],
    audit: {
      action: 'blog.post.deleted',
      targetType: 'blog.post',
      targetId: post.id,
      changes: { slug },
    },
    result: null,
  })
}

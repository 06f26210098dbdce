import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { withoutNulls } from '../../../../kernel/parse.ts'
import { requirePermission, userIdOf } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { tagsOf, withIds } from '../../taxonomy/index.ts'
import { decideStatus, fieldsOf } from '../domain.ts'
import { postEvents } from '../events.ts'
import { insertPost, replaceTags, upsertTranslation } from '../repo.ts'
import type { CreatePostInput, Post } from '../schemas.ts'
import type { PostCore, PostRecord } from '../types.ts'
import { composeTranslation } from './compose.ts'
import { type Pictures, composeCover, referToCover } from './cover.ts'
import { loadReferences } from './references.ts'
import { presentOwnWriting } from './present.ts'
import { refusalsOfPost } from './refusals.ts'

/**
 * Writes a post as a draft, or published at once. One round trip, two when the input names an author
 * or a category. Throws `blog.slug_taken`, `blog.unknown_reference`, `blog.locale_disabled`.
 */
export async function createPost(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  input: CreatePostInput,
): Promise<Post> {
  const draft = { ownerId: userIdOf(ctx.principal) ?? null, status: 'draft' }
  requirePermission(ctx, 'posts:create', { ...draft, fields: fieldsOf(withoutNulls(input)) })
  if (input.publish) requirePermission(ctx, 'posts:publish', draft)
  const translation = composeTranslation(ctx, input.locale ?? ctx.tenant.defaultLocale, input)
  const { pictures, ...references } = await loadReferences(deps, ctx, input)
  const tags = tagsOf(input.tags ?? [])
  const core = newPost(deps.ids.next(), ctx, input, pictures)
  const post: PostRecord = {
    ...core,
    ...references,
    translation,
    availableLocales: [translation.locale],
    tags,
  }
  const payload = { postId: post.id, slug: translation.slug, locale: translation.locale }
  const aggregate = (version: number) => ({ type: 'blog.post', id: post.id, version })
  return commit(deps, ctx, {
    writes: [
      insertPost(ctx.tenant.id, core),
      upsertTranslation(ctx.tenant.id, post.id, translation),
      ...replaceTags(ctx.tenant.id, core, withIds(deps.ids, tags), true),
      ...referToCover(ctx.tenant.id, post.id, { before: null, after: core.coverAssetId, pictures }),
    ],
    events: [
      eventOf(postEvents.created, aggregate(1), payload),
      ...(input.publish ? [eventOf(postEvents.published, aggregate(2), payload)] : []),
    ],
    audit: {
      action: 'blog.post.created',
      targetType: 'blog.post',
      targetId: post.id,
      changes: { status: post.status },
    },
    result: presentOwnWriting(ctx, post),
    refusals: refusalsOfPost(),
  })
}

function newPost(
  id: string,
  ctx: RequestContext,
  input: CreatePostInput,
  pictures: Pictures,
): PostCore {
  const draft = { status: 'draft', publishAt: null, publishedAt: null } as const
  return {
    id,
    ...(input.publish ? decideStatus(draft, 'publish', ctx.now) : draft),
    authorId: input.authorId ?? null,
    categoryId: input.categoryId ?? null,
    ...composeCover(input.cover, pictures),
    version: input.publish ? 2 : 1,
    createdBy: userIdOf(ctx.principal) ?? null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  }
}

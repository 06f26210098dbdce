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
import type { PostCore, PostRecord, Translation } from '../types.ts'
import { composeTranslation, makeSlug } from './compose.ts'
import { type Pictures, composeCover, referToCover } from './cover.ts'
import { loadReferences } from './references.ts'
import { presentOwnWriting } from './present.ts'
import { refusalsOfPost } from './refusals.ts'
import { writeText } from './write-text.ts'

/**
 * Writes a post as a draft, or published at once. One round trip, two when the input names an author
 * or a category; a read and a commit more when the slug made from the title is taken. Throws
 * `blog.slug_taken` for one that was given, `blog.unknown_reference`, `blog.locale_disabled`.
 */
export async function createPost(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  input: CreatePostInput,
): Promise<Post> {
  const draft = { ownerId: userIdOf(ctx.principal) ?? null, status: 'draft' }
  requirePermission(ctx, 'posts:create', { ...draft, fields: fieldsOf(withoutNulls(input)) })
  if (input.publish) requirePermission(ctx, 'posts:publish', draft)
  const id = deps.ids.next()
  const translation = composeTranslation(ctx, input.locale ?? ctx.tenant.defaultLocale, {
    ...input,
    slug: input.slug ?? makeSlug(input.title, id),
  })
  const { pictures, ...references } = await loadReferences(deps, ctx, input)
  const core = newPost(id, ctx, input, pictures)
  const tags = tagsOf(input.tags ?? [])
  const write = (text: Translation) => {
    const post = {
      ...core,
      ...references,
      tags,
      translation: text,
      availableLocales: [text.locale],
    }
    return commitPost(deps, ctx, post, pictures)
  }
  return input.slug === undefined
    ? writeText(deps, ctx, translation, id, write)
    : write(translation)
}

function commitPost(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  post: PostRecord,
  pictures: Pictures,
): Promise<Post> {
  const { id, status, translation, coverAssetId } = post
  const tenantId = ctx.tenant.id
  const payload = { postId: id, slug: translation.slug, locale: translation.locale }
  const aggregate = (version: number) => ({ type: 'blog.post', id, version })
  return commit(deps, ctx, {
    writes: [
      insertPost(tenantId, post),
      upsertTranslation(tenantId, id, translation),
      ...replaceTags(tenantId, post, withIds(deps.ids, post.tags), true),
      ...referToCover(tenantId, id, { before: null, after: coverAssetId, pictures }),
    ],
    events: [
      eventOf(postEvents.created, aggregate(1), payload),
      ...(status === 'published' ? [eventOf(postEvents.published, aggregate(2), payload)] : []),
    ],
    audit: {
      action: 'blog.post.created',
      targetType: 'blog.post',
      targetId: id,
      changes: { status },
    },
    result: presentOwnWriting(ctx, post),
    refusals: refusalsOfPost,
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

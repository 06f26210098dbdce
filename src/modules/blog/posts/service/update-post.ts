import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../../kernel/events.ts'
import { may, requirePermission } from '../../../../kernel/permissions.ts'
import { type ExpectedVersion, requireVersion } from '../../../../kernel/version.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { tagsOf, withIds } from '../../taxonomy/index.ts'
import { TEXT_FIELDS, fieldsOf } from '../domain.ts'
import { postErrors } from '../errors.ts'
import { postEvents } from '../events.ts'
import {
  deleteTranslation as deleteTranslationWrite,
  findPost,
  findTranslations,
  replaceTags,
  toRecord,
  updatePost as updatePostWrites,
  upsertTranslation,
} from '../repo.ts'
import type { Post, TranslationInput, UpdatePostInput } from '../schemas.ts'
import type { PostCore, PostField, PostRecord, Translation } from '../types.ts'
import { composeTranslation, makeSlug } from './compose.ts'
import { type Pictures, composeCover, referToCover } from './cover.ts'
import { defaultLocaleOf, mergeTranslation } from './merge-translation.ts'
import { presentPost } from './present.ts'
import { loadReferences } from './references.ts'
import { refusalsOfPost } from './refusals.ts'
import { canSee, itemOf } from './visibility.ts'
import { writeText } from './write-text.ts'

export type WriteDeps = Pick<Deps, CommitPort>

/** The version that the client has seen, from `If-Match`. */
export interface Expected {
  readonly ifMatch: ExpectedVersion
}

/** A post with all of its texts. */
export interface LoadedPost {
  readonly post: PostRecord
  readonly translations: readonly Translation[]
}

/**
 * Loads a post for a write of these fields. Throws 401 and 403 when the permission is missing, which
 * for one held by rules is known after the read; 404 when the caller may not know of the post; and 412 when
 * `If-Match` names another version.
 */
export async function loadForWrite(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { id: string } & Expected,
  permission: string,
  fields: readonly PostField[] = [],
): Promise<LoadedPost> {
  requirePermission(ctx, permission)
  const values = { tenantId: ctx.tenant.id, id: input.id }
  const [row, rows] = await Promise.all([
    deps.db.first(findPost({ ...values, locales: JSON.stringify(ctx.locales) })),
    deps.db.read(findTranslations(values)),
  ])
  const post = row && toRecord(row)
  if (!post || !canSee(ctx, post)) throw new AppError(postErrors.postNotFound)
  requirePermission(ctx, permission, { ...itemOf(post), fields })
  requireVersion(post.version, input.ifMatch)
  return { post, translations: rows.map((text) => ({ ...text, seo: JSON.parse(text.seo) })) }
}

/**
 * Changes a post's attributes and the texts of one locale; what is absent stays, but for an excerpt
 * that was made from the body, which follows it. Two round trips. Throws as `loadForWrite` and
 * `createPost` do, and `blog.new_translation`.
 */
export async function updatePost(
  deps: WriteDeps,
  ctx: RequestContext,
  input: UpdatePostInput & { id: string } & Expected,
): Promise<Post> {
  const [{ post, translations }, references] = await Promise.all([
    loadForWrite(deps, ctx, input, 'posts:update', fieldsOf(input)),
    loadReferences(deps, ctx, input),
  ])
  const { tenantId, now } = { tenantId: ctx.tenant.id, now: ctx.now }
  const locale = input.locale ?? defaultLocaleOf(ctx, translations)
  const setsExcerpt = may(ctx, 'posts:update', { ...itemOf(post), fields: ['excerpt'] })
  const translation = mergeTranslation(ctx, translations, locale, input, setsExcerpt)
  const core: PostCore = {
    ...changedCore(post, input, references.pictures),
    version: post.version + 1,
    updatedAt: now,
  }
  const tags = input.tags === undefined ? undefined : tagsOf(input.tags ?? [])
  const changed: PostRecord = {
    ...post,
    ...core,
    author: input.authorId === undefined ? post.author : references.author,
    category: input.categoryId === undefined ? post.category : references.category,
    tags: tags ?? post.tags,
  }
  const write = (text: Translation | undefined) =>
    commitChange(deps, ctx, withText(changed, text), postEvents.updated, [
      ...updatePostWrites(tenantId, core, post.version),
      ...(text ? [upsertTranslation(tenantId, post.id, text)] : []),
      ...(tags ? replaceTags(tenantId, core, withIds(deps.ids, tags), false) : []),
      ...referToCover(tenantId, post.id, {
        before: post.coverAssetId,
        after: core.coverAssetId,
        pictures: references.pictures,
      }),
    ])
  const makesSlug = input.slug === undefined && !post.availableLocales.includes(locale)
  return translation && makesSlug
    ? writeText(deps, ctx, translation, post.id, write)
    : write(translation)
}

/** Sets the texts of one locale as a whole, but for a slug that is left out. Throws as `updatePost` does. */
export async function putTranslation(
  deps: WriteDeps,
  ctx: RequestContext,
  input: { id: string; locale: string; text: TranslationInput } & Expected,
): Promise<Post> {
  const { post, translations } = await loadForWrite(deps, ctx, input, 'posts:update', TEXT_FIELDS)
  const known = input.text.slug ?? translations.find(({ locale }) => locale === input.locale)?.slug
  const translation = composeTranslation(ctx, input.locale, {
    ...input.text,
    slug: known ?? makeSlug(input.text.title, post.id),
  })
  const changed = { ...post, version: post.version + 1, updatedAt: ctx.now }
  const write = (text: Translation) =>
    commitChange(deps, ctx, withText(changed, text), postEvents.updated, [
      ...updatePostWrites(ctx.tenant.id, changed, post.version),
      upsertTranslation(ctx.tenant.id, post.id, text),
    ])
  return known === undefined
    ? writeText(deps, ctx, translation, post.id, write)
    : write(translation)
}

/** Removes the texts of one locale. Throws `blog.last_translation` for the only one. */
export async function deleteTranslation(
  deps: WriteDeps,
  ctx: RequestContext,
  input: { id: string; locale: string } & Expected,
): Promise<Post> {
  const { post, translations } = await loadForWrite(deps, ctx, input, 'posts:update', TEXT_FIELDS)
  const left = translations.filter((text) => text.locale !== input.locale)
  const [first] = left
  if (left.length === translations.length) throw new AppError(postErrors.postNotFound)
  if (!first) throw new AppError(postErrors.lastTranslation)
  const core: PostCore = { ...post, version: post.version + 1, updatedAt: ctx.now }
  const best =
    ctx.locales.map((locale) => left.find((text) => text.locale === locale)).find(Boolean) ?? first
  const changed = {
    ...post,
    ...core,
    translation: best,
    availableLocales: left.map((text) => text.locale),
  }
  return commitChange(deps, ctx, changed, postEvents.updated, [
    ...updatePostWrites(ctx.tenant.id, core, post.version),
    deleteTranslationWrite(ctx.tenant.id, post.id, input.locale),
  ])
}

/** Commits the next version of a post with its event. */
export function commitChange(
  deps: WriteDeps,
  ctx: RequestContext,
  post: PostRecord,
  event: EventType<{ postId: string; slug: string; locale: string }>,
  writes: readonly Write[],
): Promise<Post> {
  const { slug, locale } = post.translation
  return commit(deps, ctx, {
    writes,
    events: [
      eventOf(
        event,
        { type: 'blog.post', id: post.id, version: post.version },
        { postId: post.id, slug, locale },
      ),
    ],
    audit: {
      action: event.type,
      targetType: 'blog.post',
      targetId: post.id,
      changes: { status: post.status, version: post.version },
    },
    result: presentPost(ctx, post),
    refusals: refusalsOfPost,
  })
}

function changedCore(post: PostRecord, input: UpdatePostInput, pictures: Pictures): PostCore {
  return {
    ...post,
    authorId: input.authorId === undefined ? post.authorId : input.authorId,
    categoryId: input.categoryId === undefined ? post.categoryId : input.categoryId,
    ...(input.cover === undefined ? {} : composeCover(input.cover, pictures)),
  }
}

function withText(post: PostRecord, translation: Translation | undefined): PostRecord {
  if (!translation) return post
  const locales = new Set([...post.availableLocales, translation.locale])
  return { ...post, translation, availableLocales: [...locales].sort() }
}

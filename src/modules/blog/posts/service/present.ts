import { toRfc3339, toRfc3339OrNull } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { userIdOf } from '../../../../kernel/permissions.ts'
import { nameIn } from '../../taxonomy/index.ts'
import type { Post, PostSummary } from '../schemas.ts'
import type { MaskableField, PostRecord, PostSummaryRecord } from '../types.ts'
import { presentCover } from './cover.ts'
import { visibleFields } from './visibility.ts'

/** A post of a list as the API shows it to the caller: what it may not see is null. */
export function presentSummary(ctx: RequestContext, post: PostSummaryRecord): PostSummary {
  return summaryOf(ctx, post, shownTo(ctx, post))
}

/** A post as the API shows it to the caller: what it may not see is null. */
export function presentPost(ctx: RequestContext, post: PostRecord): Post {
  return postOf(ctx, post, shownTo(ctx, post))
}

/** A post as the API shows it to whoever has just written all of it. */
export function presentOwnWriting(ctx: RequestContext, post: PostRecord): Post {
  return postOf(ctx, post, (_, value) => value)
}

/** The value of a field, or null. */
type Shown = <Value>(field: MaskableField, value: Value) => Value | null

function shownTo(ctx: RequestContext, post: PostSummaryRecord): Shown {
  const visible = visibleFields(ctx, post) ?? []
  return (field, value) => (visible === 'all' || visible.includes(field) ? value : null)
}

function postOf(ctx: RequestContext, post: PostRecord, shown: Shown): Post {
  const { body, html } = post.translation
  return {
    ...summaryOf(ctx, post, shown),
    body: shown('body', body),
    html: shown('body', html),
  }
}

function summaryOf(ctx: RequestContext, post: PostSummaryRecord, shown: Shown): PostSummary {
  const { translation, category } = post
  return {
    id: post.id,
    status: post.status,
    locale: translation.locale,
    availableLocales: [...post.availableLocales],
    slug: translation.slug,
    title: translation.title,
    excerpt: shown('excerpt', translation.excerpt),
    cover: shown('cover', presentCover(ctx.locales, post)),
    author: shown('author', post.author),
    category: shown(
      'category',
      category && {
        id: category.id,
        slug: category.slug,
        name: nameIn(category.names, ctx.locales),
      },
    ),
    tags: [...post.tags],
    seo: shown('seo', translation.seo),
    publishAt: toRfc3339OrNull(post.publishAt),
    publishedAt: toRfc3339OrNull(post.publishedAt),
    createdAt: toRfc3339(post.createdAt),
    updatedAt: toRfc3339(post.updatedAt),
    version: post.version,
    isOwn: post.createdBy !== null && post.createdBy === userIdOf(ctx.principal),
  }
}

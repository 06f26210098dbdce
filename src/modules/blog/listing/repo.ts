import { type SQL, and, desc, eq, sql } from 'drizzle-orm'
import {
  type Bind,
  type SqlValue,
  builder,
  columns,
  prepare,
  prepareEach,
} from '../../../kernel/statement.ts'
import { authors } from '../authors/index.ts'
import {
  fullColumns,
  postTags,
  posts,
  summaryColumns,
  translations,
  withAuthor,
  withCategory,
  withTranslation,
} from '../posts/index.ts'
import { categories } from '../taxonomy/index.ts'

/** Which filters a list of posts has; each combination is one statement. */
export interface ListShape {
  readonly status: boolean
  /** Only posts in the statuses `seen`, and in `seenOwn` when the user `me` wrote them. */
  readonly seen: boolean
  readonly category: boolean
  readonly author: boolean
  readonly tag: boolean
  /** By the folded beginning of the title in the first locale; the list is then by title. */
  readonly prefix: boolean
  /** Goes on after a position: instant or title key, and id. */
  readonly after: boolean
}

/** A page of posts, newest first, or by title for a prefix. Every filter walks an index. */
export const listPosts = prepareEach((shape: ListShape, bind) => {
  const position = sql<SqlValue>`${shape.prefix ? translations.titleKey : posts.sortAt}`
  const base = builder
    .select({ ...summaryColumns, position: position.as('position') })
    .from(posts)
    .innerJoin(translations, withTranslation(bind('locales')))
    .leftJoin(authors, withAuthor)
    .leftJoin(categories, withCategory)
  const conditions = and(eq(posts.tenantId, bind('tenantId')), ...filtersOf(shape, bind))
  if (!shape.tag)
    return base.where(conditions).orderBy(orderOf(shape)).limit(sql.placeholder('limit'))
  const listed = and(eq(postTags.tenantId, posts.tenantId), eq(postTags.postId, posts.id))
  return base
    .innerJoin(postTags, listed)
    .where(conditions)
    .orderBy(orderOf(shape))
    .limit(sql.placeholder('limit'))
})

/** The index of a tag leads by status: without one the posts are walked by time. */
function walksTag(shape: ListShape): boolean {
  return shape.tag && shape.status && !shape.prefix
}

function orderOf(shape: ListShape): SQL {
  if (shape.prefix) return sql`${translations.titleKey}, ${translations.postId}`
  if (walksTag(shape)) return sql`${postTags.sortAt} DESC, ${postTags.postId} DESC`
  return sql`${posts.sortAt} DESC, ${posts.id} DESC`
}

function filtersOf(shape: ListShape, bind: Bind): SQL[] {
  const filters: SQL[] = []
  const idBySlug = (table: 'blog_categories' | 'blog_authors' | 'blog_tags', name: string) =>
    sql`(SELECT id FROM ${sql.identifier(table)} WHERE tenant_id = ${bind('tenantId')} AND slug = ${bind(name)})`
  if (shape.status)
    filters.push(eq(walksTag(shape) ? postTags.status : posts.status, bind('status')))
  if (shape.seen) {
    const isIn = (statuses: string) =>
      sql`${posts.status} IN (SELECT value FROM json_each(${bind(statuses)}))`
    filters.push(
      sql`(${isIn('seen')} OR (${posts.createdBy} = ${bind('me')} AND ${isIn('seenOwn')}))`,
    )
  }
  if (shape.category)
    filters.push(sql`${posts.categoryId} = ${idBySlug('blog_categories', 'category')}`)
  if (shape.author) filters.push(sql`${posts.authorId} = ${idBySlug('blog_authors', 'author')}`)
  if (shape.tag) {
    filters.push(eq(postTags.tenantId, bind('tenantId')))
    // The plus keeps SQLite from walking, and then sorting, all posts of the tag.
    const tagId = walksTag(shape) ? sql`${postTags.tagId}` : sql`+${postTags.tagId}`
    filters.push(sql`${tagId} = ${idBySlug('blog_tags', 'tag')}`)
  }
  if (shape.prefix) {
    filters.push(
      eq(translations.tenantId, bind('tenantId')),
      eq(translations.locale, bind('locale')),
    )
    filters.push(
      sql`${translations.titleKey} >= ${bind('from')} AND ${translations.titleKey} < ${bind('to')}`,
    )
  }
  if (shape.after) {
    const position = sql`(${bind('position')}, ${bind('afterId')})`
    if (shape.prefix)
      filters.push(sql`(${translations.titleKey}, ${translations.postId}) > ${position}`)
    else if (walksTag(shape))
      filters.push(sql`(${postTags.sortAt}, ${postTags.postId}) < ${position}`)
    else filters.push(sql`(${posts.sortAt}, ${posts.id}) < ${position}`)
  }
  return filters
}

/** The published post just before or just after a post. */
export const findNeighbour = prepareEach((direction: 'previous' | 'next', bind) => {
  const position = sql`((SELECT here.sort_at FROM blog_posts here
    WHERE here.tenant_id = ${bind('tenantId')} AND here.id = ${bind('id')}), ${bind('id')})`
  const backwards = direction === 'previous'
  return builder
    .select(summaryColumns)
    .from(posts)
    .innerJoin(translations, withTranslation(bind('locales')))
    .leftJoin(authors, withAuthor)
    .leftJoin(categories, withCategory)
    .where(
      and(
        eq(posts.tenantId, bind('tenantId')),
        eq(posts.status, 'published'),
        backwards
          ? sql`(${posts.sortAt}, ${posts.id}) < ${position}`
          : sql`(${posts.sortAt}, ${posts.id}) > ${position}`,
      ),
    )
    .orderBy(
      backwards ? sql`${posts.sortAt} DESC, ${posts.id} DESC` : sql`${posts.sortAt}, ${posts.id}`,
    )
    .limit(1)
})

/**
 * Published posts that share a tag with a post, those with most shared tags first. Of each tag the
 * newest ones are looked at, as many as `newest`, so that a tag of many posts costs no more.
 */
export const listRelated = prepare((bind) =>
  builder
    .select(summaryColumns)
    // Cross joins keep their order: SQLite would else begin with all posts of the tenant.
    .from(
      sql`(SELECT other.tenant_id AS tenant, other.post_id AS related_id, count(*) AS shared,
        max(other.sort_at) AS at FROM blog_post_tags mine CROSS JOIN blog_post_tags other
        WHERE mine.tenant_id = ${bind('tenantId')} AND mine.post_id = ${bind('id')}
          AND other.tenant_id = mine.tenant_id AND other.tag_id = mine.tag_id
          AND other.status = 'published' AND other.post_id <> ${bind('id')}
          AND other.sort_at >= coalesce((SELECT last.sort_at FROM blog_post_tags last
            WHERE last.tenant_id = mine.tenant_id AND last.tag_id = mine.tag_id
              AND last.status = 'published'
            ORDER BY last.sort_at DESC LIMIT 1 OFFSET ${bind('newest')}), -9e15)
        GROUP BY other.post_id ORDER BY shared DESC, at DESC, related_id LIMIT ${bind('limit')}) related`,
    )
    .crossJoin(posts)
    .innerJoin(translations, withTranslation(bind('locales')))
    .leftJoin(authors, withAuthor)
    .leftJoin(categories, withCategory)
    .where(sql`${posts.tenantId} = related.tenant AND ${posts.id} = related.related_id`)
    .orderBy(sql`related.shared DESC, related.at DESC, related.related_id`),
)

/** The newest published posts with their bodies. */
export const listFeedPosts = prepare((bind) =>
  builder
    .select(fullColumns)
    .from(posts)
    .innerJoin(translations, withTranslation(bind('locales')))
    .leftJoin(authors, withAuthor)
    .leftJoin(categories, withCategory)
    .where(and(eq(posts.tenantId, bind('tenantId')), eq(posts.status, 'published')))
    .orderBy(desc(posts.sortAt), desc(posts.id))
    .limit(sql.placeholder('limit')),
)

/**
 * The newest published posts, as many as one sitemap holds, each with the slugs of its texts that
 * search engines may index.
 */
export const listSitemapRows = prepare((bind) =>
  builder
    .select({
      ...columns({ id: posts.id, updatedAt: posts.updatedAt }),
      texts:
        sql<string>`(SELECT json_group_array(json_object('locale', text.locale, 'slug', text.slug))
        FROM blog_post_translations text
        WHERE text.tenant_id = blog_posts.tenant_id AND text.post_id = blog_posts.id
          AND json_extract(text.seo, '$.noIndex') IS NOT 1)`.as('texts'),
    })
    .from(posts)
    .where(and(eq(posts.tenantId, bind('tenantId')), eq(posts.status, 'published')))
    .orderBy(desc(posts.sortAt), desc(posts.id))
    .limit(50_000),
)

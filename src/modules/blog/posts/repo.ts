import { type SQL, and, eq, sql } from 'drizzle-orm'
import { type Bind, builder, columns, prepare } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import { authors } from '../authors/index.ts'
import { type NewTag, categories, ensureTags, tags } from '../taxonomy/index.ts'
import { sortInstant, titleKey } from './domain.ts'
import { postTags, posts, translations } from './tables.ts'
import type { PostCore, PostRecord, PostSummaryRecord, Translation } from './types.ts'

/** The locales to try as a JSON array, best first. */
type LocaleChain = SQL

/** The locale in which a post answers a chain; any of its locales when the chain has none. */
const effectiveLocale = (chain: LocaleChain): SQL => sql`coalesce(
  (SELECT wanted.value FROM json_each(${chain}) wanted CROSS JOIN blog_post_translations found
    WHERE found.tenant_id = ${posts.tenantId} AND found.post_id = ${posts.id} AND found.locale = wanted.value
    LIMIT 1),
  (SELECT min(found.locale) FROM blog_post_translations found
    WHERE found.tenant_id = ${posts.tenantId} AND found.post_id = ${posts.id}))`

export const summaryColumns = columns({
  id: posts.id,
  status: posts.status,
  authorId: posts.authorId,
  categoryId: posts.categoryId,
  coverUrl: posts.coverUrl,
  coverAlt: posts.coverAlt,
  coverAssetId: posts.coverAssetId,
  coverPicture: posts.coverPicture,
  publishAt: posts.publishAt,
  publishedAt: posts.publishedAt,
  version: posts.version,
  createdBy: posts.createdBy,
  createdAt: posts.createdAt,
  updatedAt: posts.updatedAt,
  locale: translations.locale,
  slug: translations.slug,
  title: translations.title,
  excerpt: translations.excerpt,
  seo: translations.seo,
  authorSlug: sql<string | null>`${authors.slug}`.as('authorSlug'),
  authorName: sql<string | null>`${authors.name}`.as('authorName'),
  authorWebsite: authors.website,
  categorySlug: sql<string | null>`${categories.slug}`.as('categorySlug'),
  categoryNames: sql<string | null>`${categories.names}`.as('categoryNames'),
  availableLocales:
    sql<string>`(SELECT json_group_array(every.locale) FROM blog_post_translations every
    WHERE every.tenant_id = ${posts.tenantId} AND every.post_id = ${posts.id})`.as(
      'availableLocales',
    ),
  tags: sql<string>`(SELECT json_group_array(json_object('slug', tag.slug, 'name', tag.name))
    FROM blog_post_tags link JOIN blog_tags tag ON tag.tenant_id = link.tenant_id AND tag.id = link.tag_id
    WHERE link.tenant_id = ${posts.tenantId} AND link.post_id = ${posts.id})`.as('tags'),
})

export const fullColumns = {
  ...summaryColumns,
  ...columns({ body: translations.body, html: translations.html }),
}

export const withAuthor = and(eq(authors.tenantId, posts.tenantId), eq(authors.id, posts.authorId))
export const withCategory = and(
  eq(categories.tenantId, posts.tenantId),
  eq(categories.id, posts.categoryId),
)
export const withTranslation = (chain: LocaleChain) =>
  and(
    eq(translations.tenantId, posts.tenantId),
    eq(translations.postId, posts.id),
    eq(translations.locale, effectiveLocale(chain)),
  )

/** A post in its best locale, with author, category and tags. */
export const findPost = prepare((bind) =>
  builder
    .select(fullColumns)
    .from(posts)
    .innerJoin(translations, withTranslation(bind('locales')))
    .leftJoin(authors, withAuthor)
    .leftJoin(categories, withCategory)
    .where(and(eq(posts.tenantId, bind('tenantId')), eq(posts.id, bind('id')))),
)

/** The post whose slug, in one of the locales, is the given one; the best locale's slug wins. */
export const findPostBySlug = prepare((bind) =>
  builder
    .select(fullColumns)
    .from(posts)
    .innerJoin(translations, withTranslation(bind('locales')))
    .leftJoin(authors, withAuthor)
    .leftJoin(categories, withCategory)
    .where(
      and(
        eq(posts.tenantId, bind('tenantId')),
        sql`${posts.id} = (SELECT named.post_id FROM json_each(${bind('locales')}) wanted
          CROSS JOIN blog_post_translations named
          WHERE named.tenant_id = ${bind('tenantId')} AND named.locale = wanted.value AND named.slug = ${bind('slug')}
          LIMIT 1)`,
      ),
    ),
)

export type PostRow = NonNullable<ReturnType<typeof findPost>['_row']>
export type SummaryRow = Omit<PostRow, 'body' | 'html'>

/** Every translation of a post. */
export const findTranslations = prepare((bind) =>
  builder
    .select(
      columns({
        locale: translations.locale,
        slug: translations.slug,
        title: translations.title,
        excerpt: translations.excerpt,
        seo: translations.seo,
        body: translations.body,
        html: translations.html,
      }),
    )
    .from(translations)
    .where(and(eq(translations.tenantId, bind('tenantId')), eq(translations.postId, bind('id'))))
    .orderBy(translations.locale),
)

/** The texts of a post in one locale: of `body` and `html` those that are asked for by 1, else null. */
export const findText = prepare((bind) =>
  builder
    .select(
      columns({
        body: sql<string | null>`CASE WHEN ${bind('body')} THEN ${translations.body} END`.as(
          'body',
        ),
        html: sql<string | null>`CASE WHEN ${bind('html')} THEN ${translations.html} END`.as(
          'html',
        ),
      }),
    )
    .from(translations)
    .where(
      and(
        eq(translations.tenantId, bind('tenantId')),
        eq(translations.postId, bind('id')),
        eq(translations.locale, bind('locale')),
      ),
    ),
)

/** Which of the slugs are taken in a locale. */
export const findTakenSlugs = prepare((bind) =>
  builder
    .select(columns({ slug: translations.slug }))
    .from(translations)
    .where(
      and(
        eq(translations.tenantId, bind('tenantId')),
        eq(translations.locale, bind('locale')),
        sql`${translations.slug} IN (SELECT value FROM json_each(${bind('slugs')}))`,
      ),
    ),
)

const insertPostRow = prepare((bind) =>
  builder.insert(posts).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    ...changeable(bind),
    version: bind('version'),
    createdBy: bind('createdBy'),
    createdAt: bind('createdAt'),
  }),
)

const updatePostRow = prepare((bind) =>
  builder
    .update(posts)
    .set({ ...changeable(bind), version: bind('version') })
    .where(
      and(
        eq(posts.tenantId, bind('tenantId')),
        eq(posts.id, bind('id')),
        eq(posts.version, bind('replaces')),
      ),
    ),
)

function changeable(bind: Bind) {
  return {
    status: bind('status'),
    authorId: bind('authorId'),
    categoryId: bind('categoryId'),
    coverUrl: bind('coverUrl'),
    coverAlt: bind('coverAlt'),
    coverAssetId: bind('coverAssetId'),
    coverPicture: bind('coverPicture'),
    publishAt: bind('publishAt'),
    publishedAt: bind('publishedAt'),
    sortAt: bind('sortAt'),
    updatedAt: bind('updatedAt'),
  }
}

function valuesOf(tenantId: string, post: PostCore) {
  const { coverPicture } = post
  return {
    tenantId,
    ...post,
    coverPicture: coverPicture && JSON.stringify(coverPicture),
    sortAt: sortInstant(post),
  }
}

export function insertPost(tenantId: string, post: PostCore): Write {
  return { statement: insertPostRow(valuesOf(tenantId, post)) }
}

/** Replaces the given version of a post; the tags' copies follow. */
export function updatePost(tenantId: string, post: PostCore, replaces: number): Write[] {
  const values = valuesOf(tenantId, post)
  return [
    { statement: updatePostRow({ ...values, replaces }), guard: 'version_matches' },
    { statement: copyToTags(values) },
  ]
}

const copyToTags = prepare((bind) =>
  builder
    .update(postTags)
    .set({ status: bind('status'), sortAt: bind('sortAt') })
    .where(and(eq(postTags.tenantId, bind('tenantId')), eq(postTags.postId, bind('id')))),
)

const upsertTranslationRow = prepare((bind) =>
  builder
    .insert(translations)
    .values({
      tenantId: bind('tenantId'),
      postId: bind('postId'),
      locale: bind('locale'),
      slug: bind('slug'),
      title: bind('title'),
      titleKey: bind('titleKey'),
      excerpt: bind('excerpt'),
      seo: bind('seo'),
      body: bind('body'),
      html: bind('html'),
    })
    .onConflictDoUpdate({
      target: [translations.tenantId, translations.postId, translations.locale],
      set: {
        slug: sql`excluded.slug`,
        title: sql`excluded.title`,
        titleKey: sql`excluded.title_key`,
        excerpt: sql`excluded.excerpt`,
        seo: sql`excluded.seo`,
        body: sql`excluded.body`,
        html: sql`excluded.html`,
      },
    }),
)

export function upsertTranslation(
  tenantId: string,
  postId: string,
  translation: Translation,
): Write {
  const { seo, ...text } = translation
  return {
    statement: upsertTranslationRow({
      tenantId,
      postId,
      ...text,
      titleKey: titleKey(text.title),
      seo: JSON.stringify(seo),
    }),
  }
}

const deleteTranslationRow = prepare((bind) =>
  builder
    .delete(translations)
    .where(
      and(
        eq(translations.tenantId, bind('tenantId')),
        eq(translations.postId, bind('postId')),
        eq(translations.locale, bind('locale')),
      ),
    ),
)

export function deleteTranslation(tenantId: string, postId: string, locale: string): Write {
  return { statement: deleteTranslationRow({ tenantId, postId, locale }), guard: 'row_found' }
}

const unlinkTags = prepare((bind) =>
  builder
    .delete(postTags)
    .where(and(eq(postTags.tenantId, bind('tenantId')), eq(postTags.postId, bind('postId')))),
)

/** Links a post to tags by slug; the tags must exist. */
const linkTags = prepare((bind) =>
  builder.insert(postTags).select(
    builder
      .select({
        tenantId: tags.tenantId,
        postId: sql<string>`${bind('postId')}`.as('post_id'),
        tagId: tags.id,
        status: sql<string>`${bind('status')}`.as('status'),
        sortAt: sql<number>`${bind('sortAt')}`.as('sort_at'),
      })
      .from(tags)
      .where(
        and(
          eq(tags.tenantId, bind('tenantId')),
          sql`${tags.slug} IN (SELECT value FROM json_each(${bind('slugs')}))`,
        ),
      ),
  ),
)

/** Makes the given tags the post's only ones, creating those that are new. */
export function replaceTags(
  tenantId: string,
  post: PostCore,
  wanted: readonly NewTag[],
  isNew: boolean,
): Write[] {
  const unlink = isNew ? [] : [{ statement: unlinkTags({ tenantId, postId: post.id }) }]
  if (wanted.length === 0) return unlink
  const slugs = JSON.stringify(wanted.map((tag) => tag.slug))
  const link = linkTags({
    tenantId,
    postId: post.id,
    status: post.status,
    sortAt: sortInstant(post),
    slugs,
  })
  return [...unlink, ensureTags(tenantId, wanted, post.updatedAt), { statement: link }]
}

const deletePostRow = prepare((bind) =>
  builder
    .delete(posts)
    .where(
      and(
        eq(posts.tenantId, bind('tenantId')),
        eq(posts.id, bind('id')),
        eq(posts.version, bind('replaces')),
      ),
    ),
)

/** Deletes a post with its texts and tag links. */
export function deletePost(tenantId: string, id: string, replaces: number): Write {
  return { statement: deletePostRow({ tenantId, id, replaces }), guard: 'version_matches' }
}

/** A row as lists show it. */
export function toSummary(row: SummaryRow): PostSummaryRecord {
  const { authorId, authorSlug, authorName, categoryId, categorySlug, categoryNames } = row
  return {
    ...row,
    coverPicture: row.coverPicture === null ? null : JSON.parse(row.coverPicture),
    translation: {
      locale: row.locale,
      slug: row.slug,
      title: row.title,
      excerpt: row.excerpt,
      seo: JSON.parse(row.seo),
    },
    availableLocales: JSON.parse(row.availableLocales),
    author:
      authorId !== null && authorSlug !== null && authorName !== null
        ? { id: authorId, slug: authorSlug, name: authorName, website: row.authorWebsite }
        : null,
    category:
      categoryId !== null && categorySlug !== null && categoryNames !== null
        ? { id: categoryId, slug: categorySlug, names: JSON.parse(categoryNames) }
        : null,
    tags: JSON.parse(row.tags),
  }
}

/** A row as a post's page shows it. */
export function toRecord(row: PostRow): PostRecord {
  const summary = toSummary(row)
  const translation = { ...summary.translation, body: row.body, html: row.html }
  return { ...summary, translation }
}

import { sql } from 'drizzle-orm'
import {
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import { authors } from '../authors/index.ts'
import { categories, tags } from '../taxonomy/index.ts'
import { POST_STATUSES } from './types.ts'

const tenantId = text('tenant_id').notNull()
const createdAt = integer('created_at').notNull()
const updatedAt = integer('updated_at').notNull()
const version = integer('version').notNull()

export const posts = sqliteTable(
  'blog_posts',
  {
    tenantId,
    id: text('id').notNull(),
    status: text('status', { enum: POST_STATUSES }).notNull(),
    authorId: text('author_id'),
    categoryId: text('category_id'),
    coverUrl: text('cover_url'),
    coverAlt: text('cover_alt'),
    coverAssetId: text('cover_asset_id'),
    coverPicture: text('cover_picture'),
    publishAt: integer('publish_at'),
    publishedAt: integer('published_at'),
    sortAt: integer('sort_at').notNull(),
    version,
    createdBy: text('created_by'),
    createdAt,
    updatedAt,
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('blog_posts_by_time').on(table.tenantId, table.sortAt, table.id),
    index('blog_posts_by_status').on(table.tenantId, table.status, table.sortAt, table.id),
    index('blog_posts_by_author')
      .on(table.tenantId, table.authorId, table.status, table.sortAt, table.id)
      .where(sql`author_id IS NOT NULL`),
    index('blog_posts_by_category')
      .on(table.tenantId, table.categoryId, table.status, table.sortAt, table.id)
      .where(sql`category_id IS NOT NULL`),
    index('blog_posts_by_cover')
      .on(table.tenantId, table.coverAssetId, table.id)
      .where(sql`cover_asset_id IS NOT NULL`),
    index('blog_posts_due')
      .on(table.publishAt)
      .where(sql`status = 'draft' AND publish_at IS NOT NULL`),
    foreignKey({
      columns: [table.tenantId, table.authorId],
      foreignColumns: [authors.tenantId, authors.id],
    }),
    foreignKey({
      columns: [table.tenantId, table.categoryId],
      foreignColumns: [categories.tenantId, categories.id],
    }),
  ],
)

export const translations = sqliteTable(
  'blog_post_translations',
  {
    tenantId,
    postId: text('post_id').notNull(),
    locale: text('locale').notNull(),
    slug: text('slug').notNull(),
    title: text('title').notNull(),
    titleKey: text('title_key').notNull(),
    excerpt: text('excerpt').notNull(),
    seo: text('seo').notNull().default('{}'),
    body: text('body').notNull(),
    html: text('html').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.postId, table.locale] }),
    uniqueIndex('blog_post_translations_slug').on(table.tenantId, table.locale, table.slug),
    index('blog_post_translations_by_title').on(
      table.tenantId,
      table.locale,
      table.titleKey,
      table.postId,
    ),
    foreignKey({
      columns: [table.tenantId, table.postId],
      foreignColumns: [posts.tenantId, posts.id],
    }).onDelete('cascade'),
  ],
)

export const postTags = sqliteTable(
  'blog_post_tags',
  {
    tenantId,
    postId: text('post_id').notNull(),
    tagId: text('tag_id').notNull(),
    status: text('status').notNull(),
    sortAt: integer('sort_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.postId, table.tagId] }),
    index('blog_post_tags_by_tag').on(
      table.tenantId,
      table.tagId,
      table.status,
      table.sortAt,
      table.postId,
    ),
    foreignKey({
      columns: [table.tenantId, table.postId],
      foreignColumns: [posts.tenantId, posts.id],
    }).onDelete('cascade'),
    foreignKey({
      columns: [table.tenantId, table.tagId],
      foreignColumns: [tags.tenantId, tags.id],
    }),
  ],
)

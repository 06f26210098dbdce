import {
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'

const tenantId = text('tenant_id').notNull()
const createdAt = integer('created_at').notNull()
const updatedAt = integer('updated_at').notNull()
const version = integer('version').notNull()

export const categories = sqliteTable(
  'blog_categories',
  {
    tenantId,
    id: text('id').notNull(),
    parentId: text('parent_id'),
    slug: text('slug').notNull(),
    names: text('names').notNull(),
    position: integer('position').notNull(),
    version,
    createdAt,
    updatedAt,
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('blog_categories_slug').on(table.tenantId, table.slug),
    index('blog_categories_by_parent').on(table.tenantId, table.parentId, table.position, table.id),
    foreignKey({
      columns: [table.tenantId, table.parentId],
      foreignColumns: [table.tenantId, table.id],
    }),
  ],
)

export const tags = sqliteTable(
  'blog_tags',
  {
    tenantId,
    id: text('id').notNull(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    version,
    createdAt,
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('blog_tags_slug').on(table.tenantId, table.slug),
  ],
)

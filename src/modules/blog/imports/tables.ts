import { integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

export const imports = sqliteTable(
  'blog_imports',
  {
    tenantId: text('tenant_id').notNull(),
    source: text('source').notNull(),
    postId: text('post_id').notNull(),
    importedAt: integer('imported_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.source] }),
    uniqueIndex('blog_imports_by_post').on(table.tenantId, table.postId),
  ],
)

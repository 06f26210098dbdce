import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const bulks = sqliteTable(
  'media_bulks',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    input: text('input').notNull(),
    userId: text('user_id'),
    position: text('position').notNull(),
    done: integer('done').notNull(),
    refused: integer('refused').notNull(),
    refusals: text('refusals').notNull(),
    createdAt: integer('created_at').notNull(),
    finishedAt: integer('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)

import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { sql } from 'drizzle-orm'

export const objects = sqliteTable(
  'media_objects',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    storageKey: text('storage_key').notNull(),
    state: text('state', { enum: ['uploading', 'kept', 'doomed'] }).notNull(),
    bytes: integer('bytes').notNull(),
    since: integer('since').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('media_objects_owed')
      .on(table.state, table.since)
      .where(sql`${table.state} <> 'kept'`),
  ],
)

export const totals = sqliteTable(
  'media_totals',
  {
    tenantId: text('tenant_id').primaryKey(),
    bytes: integer('bytes').notNull(),
    walkedAt: integer('walked_at').notNull(),
    walkCursor: text('walk_cursor'),
  },
  (table) => [index('media_totals_by_walk').on(table.walkedAt)],
)

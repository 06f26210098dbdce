import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const uploads = sqliteTable(
  'media_uploads',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    kind: text('kind', { enum: ['tus', 'direct'] }).notNull(),
    state: text('state', { enum: ['open', 'stored', 'done'] }).notNull(),
    storageKey: text('storage_key').notNull(),
    bytes: integer('bytes').notNull(),
    arrived: integer('arrived').notNull(),
    epoch: integer('epoch').notNull(),
    multipartId: text('multipart_id'),
    parts: text('parts').notNull(),
    restEpoch: integer('rest_epoch'),
    said: text('said').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('media_uploads_expired').on(table.expiresAt),
  ],
)

import { primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const references = sqliteTable(
  'media_references',
  {
    tenantId: text('tenant_id').notNull(),
    assetId: text('asset_id').notNull(),
    ownerType: text('owner_type').notNull(),
    ownerId: text('owner_id').notNull(),
    place: text('place').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.tenantId, table.assetId, table.ownerType, table.ownerId, table.place],
    }),
  ],
)

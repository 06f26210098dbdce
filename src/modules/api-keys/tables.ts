import { isNotNull } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const apiKeys = sqliteTable(
  'api_keys',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    name: text('name').notNull(),
    hash: text('hash').notNull(),
    scopes: text('scopes').notNull(),
    allowedAddresses: text('allowed_addresses').notNull(),
    expiresAt: integer('expires_at'),
    endsAt: integer('ends_at'),
    revokedAt: integer('revoked_at'),
    replacedBy: text('replaced_by'),
    lastUsedAt: integer('last_used_at'),
    lastUsedAddress: text('last_used_address'),
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('api_keys_by_user').on(table.tenantId, table.userId, table.id),
    index('api_keys_by_end').on(table.endsAt).where(isNotNull(table.endsAt)),
  ],
)

import { integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

export const mailSuppressions = sqliteTable(
  'mail_suppressions',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    address: text('address').notNull(),
    reason: text('reason', {
      enum: ['bounce', 'complaint', 'unsubscribed', 'manual'],
    }).notNull(),
    note: text('note'),
    messageId: text('message_id'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('mail_suppressions_address').on(table.tenantId, table.address, table.reason),
  ],
)

import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const loginHistory = sqliteTable(
  'login_history',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id'),
    outcome: text('outcome', { enum: ['succeeded', 'failed'] }).notNull(),
    sessionId: text('session_id'),
    clientAddress: text('client_address'),
    country: text('country'),
    userAgent: text('user_agent'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('login_history_by_user').on(table.tenantId, table.userId, table.id),
    index('login_history_by_age').on(table.createdAt),
  ],
)

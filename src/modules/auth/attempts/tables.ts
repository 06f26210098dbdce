import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const authAttempts = sqliteTable(
  'auth_attempts',
  {
    tenantId: text('tenant_id').notNull(),
    bucket: text('bucket').notNull(),
    tries: integer('tries').notNull(),
    beganAt: integer('began_at').notNull(),
    openAt: integer('open_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.bucket] }),
    index('auth_attempts_by_beginning').on(table.beganAt),
  ],
)

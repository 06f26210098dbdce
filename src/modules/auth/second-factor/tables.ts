import { foreignKey, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { users } from '../tables.ts'

export const secondFactors = sqliteTable(
  'second_factors',
  {
    tenantId: text('tenant_id').notNull(),
    userId: text('user_id').notNull(),
    secret: text('secret').notNull(),
    confirmedAt: integer('confirmed_at'),
    lastStep: integer('last_step').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId] }),
    foreignKey({
      columns: [table.tenantId, table.userId],
      foreignColumns: [users.tenantId, users.id],
    }),
  ],
)

export const recoveryCodes = sqliteTable(
  'recovery_codes',
  {
    tenantId: text('tenant_id').notNull(),
    userId: text('user_id').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId, table.hash] }),
    foreignKey({
      columns: [table.tenantId, table.userId],
      foreignColumns: [users.tenantId, users.id],
    }),
  ],
)

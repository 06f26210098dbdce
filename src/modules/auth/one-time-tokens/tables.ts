import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const oneTimeTokens = sqliteTable(
  'one_time_tokens',
  {
    tenantId: text('tenant_id').notNull(),
    hash: text('hash').notNull(),
    purpose: text('purpose').notNull(),
    subjectId: text('subject_id').notNull(),
    boundTo: text('bound_to').notNull(),
    payload: text('payload'),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
    tries: integer('tries').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.hash] }),
    index('one_time_tokens_by_subject').on(
      table.tenantId,
      table.subjectId,
      table.purpose,
      table.createdAt,
    ),
    index('one_time_tokens_by_expiry').on(table.expiresAt),
  ],
)

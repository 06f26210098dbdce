import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const auditHeads = sqliteTable(
  'audit_heads',
  {
    tenantId: text('tenant_id').primaryKey(),
    seq: integer('seq').notNull(),
    chain: text('chain').notNull(),
    anchorSeq: integer('anchor_seq').notNull(),
    anchorChain: text('anchor_chain').notNull(),
    mac: text('mac').notNull(),
    dueAt: integer('due_at').notNull(),
  },
  (table) => [index('audit_heads_due').on(table.dueAt)],
)

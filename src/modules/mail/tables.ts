import { isNotNull } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

export const mailMessages = sqliteTable(
  'mail_messages',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    version: integer('version').notNull(),
    locale: text('locale').notNull(),
    recipient: text('recipient').notNull(),
    recipientName: text('recipient_name'),
    props: text('props'),
    dedupeKey: text('dedupe_key').notNull(),
    state: text('state', {
      enum: ['queued', 'sending', 'sent', 'failed', 'suppressed', 'unknown'],
    }).notNull(),
    sequence: integer('sequence').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    provider: text('provider'),
    repeatable: integer('repeatable').notNull().default(0),
    unknownAt: integer('unknown_at'),
    providerMessageId: text('provider_message_id'),
    error: text('error'),
    feedback: text('feedback', { enum: ['delivered', 'bounce', 'complaint', 'unsubscribed'] }),
    feedbackReason: text('feedback_reason'),
    feedbackAt: integer('feedback_at'),
    queuedAt: integer('queued_at').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    sentAt: integer('sent_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('mail_messages_dedupe').on(table.tenantId, table.dedupeKey),
    index('mail_messages_by_state').on(table.tenantId, table.state, table.id),
    index('mail_messages_by_recipient').on(table.tenantId, table.recipient, table.id),
    index('mail_messages_by_id').on(table.id),
    index('mail_messages_by_receipt')
      .on(table.providerMessageId)
      .where(isNotNull(table.providerMessageId)),
    index('mail_messages_by_age').on(table.updatedAt),
  ],
)

import { foreignKey, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { users } from '../tables.ts'

export const invitations = sqliteTable(
  'invitations',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    email: text('email').notNull(),
    name: text('name').notNull(),
    roles: text('roles').notNull(),
    invitedBy: text('invited_by').notNull(),
    state: text('state', { enum: ['pending', 'accepted', 'revoked'] }).notNull(),
    userId: text('user_id'),
    version: integer('version').notNull(),
    expiresAt: integer('expires_at').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({
      columns: [table.tenantId, table.invitedBy],
      foreignColumns: [users.tenantId, users.id],
    }),
    index('invitations_by_email').on(table.tenantId, table.email, table.state),
    index('invitations_by_state').on(table.tenantId, table.state, table.id),
    index('invitations_by_expiry').on(table.expiresAt),
  ],
)

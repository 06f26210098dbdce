import {
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import { users } from '../tables.ts'

export const sessions = sqliteTable(
  'sessions',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    clientAddress: text('client_address'),
    userAgent: text('user_agent'),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at').notNull(),
    idleExpiresAt: integer('idle_expires_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    revokedAt: integer('revoked_at'),
    revokedBecause: text('revoked_because'),
    country: text('country'),
    elevatedUntil: integer('elevated_until'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({
      columns: [table.tenantId, table.userId],
      foreignColumns: [users.tenantId, users.id],
    }),
    index('sessions_by_user').on(table.tenantId, table.userId, table.revokedAt),
    index('sessions_by_expiry').on(table.expiresAt),
  ],
)

export const refreshTokens = sqliteTable(
  'refresh_tokens',
  {
    tenantId: text('tenant_id').notNull(),
    hash: text('hash').notNull(),
    sessionId: text('session_id').notNull(),
    issuedAt: integer('issued_at').notNull(),
    usedAt: integer('used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.sessionId, table.hash] }),
    foreignKey({
      columns: [table.tenantId, table.sessionId],
      foreignColumns: [sessions.tenantId, sessions.id],
    }),
    uniqueIndex('refresh_tokens_hash').on(table.tenantId, table.hash),
  ],
)

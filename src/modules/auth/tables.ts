import {
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'

export const users = sqliteTable(
  'users',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    email: text('email').notNull(),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull().default(''),
    passwordHash: text('password_hash').notNull(),
    status: text('status', { enum: ['active', 'disabled', 'deleted'] }).notNull(),
    version: integer('version').notNull(),
    securityVersion: integer('security_version').notNull(),
    lastLoginAt: integer('last_login_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    emailVerifiedAt: integer('email_verified_at'),
    locale: text('locale'),
    timezone: text('timezone'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('users_email').on(table.tenantId, table.email),
    index('users_by_name').on(table.tenantId, table.nameKey),
    index('users_by_status').on(table.tenantId, table.status, table.id),
  ],
)

export const userRoles = sqliteTable(
  'user_roles',
  {
    tenantId: text('tenant_id').notNull(),
    userId: text('user_id').notNull(),
    role: text('role').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId, table.role] }),
    foreignKey({
      columns: [table.tenantId, table.userId],
      foreignColumns: [users.tenantId, users.id],
    }),
    index('user_roles_by_role').on(table.tenantId, table.role, table.userId),
  ],
)

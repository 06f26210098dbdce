import { foreignKey, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const roles = sqliteTable(
  'roles',
  {
    tenantId: text('tenant_id').notNull(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    isSystem: integer('is_system').notNull().default(0),
    version: integer('version').notNull().default(1),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    id: text('id'),
    description: text('description').notNull().default(''),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.slug] })],
)

export const rolePermissions = sqliteTable(
  'role_permissions',
  {
    tenantId: text('tenant_id').notNull(),
    role: text('role').notNull(),
    permission: text('permission').notNull(),
    rules: text('rules').notNull().default('[{}]'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.role, table.permission] }),
    foreignKey({
      columns: [table.tenantId, table.role],
      foreignColumns: [roles.tenantId, roles.slug],
    }),
  ],
)

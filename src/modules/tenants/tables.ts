import { sql } from 'drizzle-orm'
import {
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'

export const tenants = sqliteTable(
  'tenants',
  {
    id: text('id').primaryKey(),
    slug: text('slug').notNull().unique('tenants_slug'),
    name: text('name').notNull(),
    status: text('status', { enum: ['active', 'suspended', 'deleting'] }).notNull(),
    version: integer('version').notNull(),
    sequence: integer('sequence').notNull(),
    isControl: integer('is_control').notNull().default(0),
    shard: text('shard').notNull().default('primary'),
    defaultLocale: text('default_locale').notNull(),
    settings: text('settings').notNull().default('{}'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    deletionRequestedAt: integer('deletion_requested_at'),
    webhookEndpoints: integer('webhook_endpoint_count').notNull().default(0),
  },
  (table) => [
    uniqueIndex('tenants_control')
      .on(table.isControl)
      .where(sql`${table.isControl} = 1`),
    index('tenants_by_status').on(table.status, table.id),
  ],
)

export const tenantDomains = sqliteTable(
  'tenant_domains',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id),
    host: text('host').notNull(),
    verificationToken: text('verification_token').notNull(),
    verifiedAt: integer('verified_at'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.host] }),
    uniqueIndex('tenant_domains_host')
      .on(table.host)
      .where(sql`${table.verifiedAt} IS NOT NULL`),
  ],
)

export const tenantOrigins = sqliteTable(
  'tenant_origins',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id),
    origin: text('origin').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.origin] }),
    index('tenant_origins_by_origin').on(table.origin),
  ],
)

export const tenantLocales = sqliteTable(
  'tenant_locales',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id),
    locale: text('locale').notNull(),
    fallback: text('fallback'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.locale] }),
    foreignKey({
      columns: [table.tenantId, table.fallback],
      foreignColumns: [table.tenantId, table.locale],
    }),
  ],
)

export const tenantModules = sqliteTable(
  'tenant_modules',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id),
    module: text('module').notNull(),
    enabled: integer('enabled').notNull(),
    settings: text('settings').notNull().default('{}'),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.module] })],
)

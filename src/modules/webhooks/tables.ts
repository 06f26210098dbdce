import {
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'

export const endpoints = sqliteTable(
  'webhook_endpoints',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    url: text('url').notNull(),
    description: text('description').notNull(),
    events: text('events').notNull(),
    shape: text('shape', { enum: ['full', 'ids'] }).notNull(),
    fields: text('fields'),
    state: text('state', { enum: ['enabled', 'disabled'] }).notNull(),
    disabledReason: text('disabled_reason', { enum: ['manual', 'gone', 'failing'] }),
    secret: text('secret').notNull(),
    previousSecret: text('previous_secret'),
    previousSecretUntil: integer('previous_secret_until'),
    failures: integer('failures').notNull().default(0),
    failingSince: integer('failing_since'),
    pausedUntil: integer('paused_until'),
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)

export const deliveries = sqliteTable(
  'webhook_deliveries',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    endpointId: text('endpoint_id').notNull(),
    eventId: text('event_id').notNull(),
    eventType: text('event_type').notNull(),
    body: text('body').notNull(),
    state: text('state', { enum: ['pending', 'succeeded', 'failed'] }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: integer('next_attempt_at'),
    status: integer('status'),
    latencyMs: integer('latency_ms'),
    error: text('error'),
    createdAt: integer('created_at').notNull(),
    finishedAt: integer('finished_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('webhook_deliveries_once').on(table.tenantId, table.endpointId, table.eventId),
    index('webhook_deliveries_by_endpoint').on(table.tenantId, table.endpointId, table.id),
    index('webhook_deliveries_by_type').on(table.tenantId, table.eventType, table.id),
    index('webhook_deliveries_by_state').on(table.tenantId, table.state, table.id),
    index('webhook_deliveries_by_age').on(table.createdAt),
  ],
)

export const attempts = sqliteTable(
  'webhook_attempts',
  {
    tenantId: text('tenant_id').notNull(),
    deliveryId: text('delivery_id').notNull(),
    attempt: integer('attempt').notNull(),
    attemptedAt: integer('attempted_at').notNull(),
    status: integer('status'),
    latencyMs: integer('latency_ms').notNull(),
    error: text('error'),
    answer: text('answer'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.deliveryId, table.attempt] }),
    foreignKey({
      columns: [table.tenantId, table.deliveryId],
      foreignColumns: [deliveries.tenantId, deliveries.id],
    }).onDelete('cascade'),
  ],
)

export const sources = sqliteTable(
  'webhook_sources',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    slug: text('slug').notNull(),
    description: text('description').notNull(),
    secret: text('secret').notNull(),
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('webhook_sources_slug').on(table.tenantId, table.slug),
  ],
)

import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const commitGuards = sqliteTable('commit_guards', {
  sessionAlive: integer('session_alive'),
  tenantCurrent: integer('tenant_current'),
  versionMatches: integer('version_matches'),
  rowFound: integer('row_found'),
  stateAllows: integer('state_allows'),
  referenceExists: integer('reference_exists'),
  unused: integer('unused'),
  lastOneStays: integer('last_one_stays'),
})

export const auditLog = sqliteTable(
  'audit_log',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    occurredAt: integer('occurred_at').notNull(),
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id'),
    action: text('action').notNull(),
    targetType: text('target_type').notNull(),
    targetId: text('target_id').notNull(),
    requestId: text('request_id').notNull(),
    clientAddress: text('client_address'),
    changes: text('changes').notNull().default('{}'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    fingerprint: text('fingerprint').notNull(),
    result: text('result').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('idempotency_keys_by_age').on(table.createdAt),
  ],
)

export const outbox = sqliteTable(
  'outbox',
  {
    seq: integer('seq').primaryKey(),
    id: text('id').notNull().unique('outbox_id'),
    tenantId: text('tenant_id').notNull(),
    type: text('type').notNull(),
    version: integer('version').notNull(),
    aggregateType: text('aggregate_type').notNull(),
    aggregateId: text('aggregate_id').notNull(),
    aggregateVersion: integer('aggregate_version').notNull(),
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id'),
    correlationId: text('correlation_id').notNull(),
    causationId: text('causation_id'),
    traceId: text('trace_id').notNull(),
    occurredAt: integer('occurred_at').notNull(),
    availableAt: integer('available_at').notNull(),
    payload: text('payload').notNull(),
  },
  (table) => [
    index('outbox_by_tenant').on(table.tenantId, table.seq),
    index('outbox_by_aggregate').on(
      table.tenantId,
      table.aggregateType,
      table.aggregateId,
      table.seq,
    ),
  ],
)

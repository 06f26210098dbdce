import { type AnyColumn, type SQL, isNotNull, isNull, sql } from 'drizzle-orm'
import {
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'

export const commitGuards = sqliteTable('commit_guards', {
  sessionAlive: integer('session_alive'),
  tenantCurrent: integer('tenant_current'),
  versionMatches: integer('version_matches'),
  rowFound: integer('row_found'),
  stateAllows: integer('state_allows'),
  referenceExists: integer('reference_exists'),
  unused: integer('unused'),
  lastOneStays: integer('last_one_stays'),
  leaseHeld: integer('lease_held'),
  steppedUp: integer('stepped_up'),
  keyCurrent: integer('key_current'),
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
    credential: text('credential'),
    mac: text('mac').notNull().default(''),
    seq: integer('seq'),
    chain: text('chain'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('audit_log_unsealed').on(table.tenantId, table.id).where(isNull(table.seq)),
    uniqueIndex('audit_log_chain').on(table.tenantId, table.seq).where(isNotNull(table.seq)),
    index('audit_log_by_actor')
      .on(table.tenantId, table.actorId, table.id)
      .where(isNotNull(table.seq)),
    index('audit_log_by_target')
      .on(table.tenantId, table.targetId, table.id)
      .where(isNotNull(table.seq)),
    index('audit_log_by_request')
      .on(table.tenantId, table.requestId, table.id)
      .where(isNotNull(table.seq)),
    index('audit_log_by_action')
      .on(table.tenantId, table.action, table.id)
      .where(isNotNull(table.seq)),
  ],
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
    attempts: integer('attempts').notNull().default(0),
    lease: text('lease'),
    settledAt: integer('settled_at'),
    deadAt: integer('dead_at'),
    redrivenAt: integer('redriven_at'),
    lastError: text('last_error'),
    waiting: text('waiting'),
    payloadKey: text('payload_key'),
  },
  (table) => [
    index('outbox_by_tenant').on(table.tenantId, table.seq),
    index('outbox_owed').on(table.availableAt, table.seq).where(isOwed(table)),
    index('outbox_heads')
      .on(table.tenantId, table.aggregateType, table.aggregateId, table.seq)
      .where(isOwed(table)),
    index('outbox_settled').on(table.settledAt).where(isNotNull(table.settledAt)),
    index('outbox_dead_by_age').on(table.deadAt).where(isNotNull(table.deadAt)),
    index('outbox_dead').on(table.tenantId, table.seq).where(isNotNull(table.deadAt)),
  ],
)

/** Neither settled nor given up. */
export function isOwed(table: { readonly settledAt: AnyColumn; readonly deadAt: AnyColumn }): SQL {
  return sql`${table.settledAt} IS NULL AND ${table.deadAt} IS NULL`
}

export const inbox = sqliteTable(
  'inbox',
  {
    tenantId: text('tenant_id').notNull(),
    eventId: text('event_id').notNull(),
    subscriber: text('subscriber').notNull(),
    handledAt: integer('handled_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.eventId, table.subscriber] }),
    index('inbox_by_age').on(table.handledAt),
  ],
)

const JOB_STATES = ['queued', 'running', 'done', 'dead', 'cancelled'] as const

export const jobs = sqliteTable(
  'jobs',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    version: integer('version').notNull(),
    payload: text('payload').notNull(),
    state: text('state', { enum: JOB_STATES }).notNull(),
    priority: integer('priority').notNull(),
    dueAt: integer('due_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    maxAttempts: integer('max_attempts').notNull(),
    concurrency: integer('concurrency'),
    uniqueKey: text('unique_key'),
    lease: text('lease'),
    cancelRequestedAt: integer('cancel_requested_at'),
    progress: integer('progress').notNull().default(0),
    progressNote: text('progress_note'),
    result: text('result'),
    lastError: text('last_error'),
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id'),
    correlationId: text('correlation_id').notNull(),
    causationId: text('causation_id'),
    traceId: text('trace_id').notNull(),
    createdAt: integer('created_at').notNull(),
    startedAt: integer('started_at'),
    finishedAt: integer('finished_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('jobs_due')
      .on(table.priority, table.dueAt)
      .where(sql`${isUnfinished(table)} AND ${table.concurrency} IS NULL`),
    index('jobs_limited')
      .on(table.tenantId, table.name, table.priority, table.dueAt, table.id)
      .where(sql`${isUnfinished(table)} AND ${table.concurrency} IS NOT NULL`),
    index('jobs_leased').on(table.tenantId, table.name, table.dueAt).where(isNotNull(table.lease)),
    index('jobs_dead')
      .on(table.tenantId, table.id)
      .where(sql`${table.state} = 'dead'`),
    uniqueIndex('jobs_unique')
      .on(table.tenantId, table.name, table.uniqueKey)
      .where(sql`${table.uniqueKey} IS NOT NULL AND ${isUnfinished(table)}`),
    index('jobs_by_state').on(table.tenantId, table.state, table.id),
    index('jobs_by_name').on(table.tenantId, table.name, table.id),
    index('jobs_finished').on(table.finishedAt).where(isNotNull(table.finishedAt)),
  ],
)

/** Waiting or at work. */
export function isUnfinished(table: { readonly state: AnyColumn }): SQL {
  return sql`${table.state} IN ('queued', 'running')`
}

export const jobAttempts = sqliteTable(
  'job_attempts',
  {
    tenantId: text('tenant_id').notNull(),
    jobId: text('job_id').notNull(),
    attempt: integer('attempt').notNull(),
    outcome: text('outcome', { enum: ['done', 'failed', 'lost', 'cancelled'] }).notNull(),
    error: text('error'),
    startedAt: integer('started_at').notNull(),
    endedAt: integer('ended_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.jobId, table.attempt] }),
    foreignKey({
      columns: [table.tenantId, table.jobId],
      foreignColumns: [jobs.tenantId, jobs.id],
    }).onDelete('cascade'),
  ],
)

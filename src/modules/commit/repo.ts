import { and, eq } from 'drizzle-orm'
import { sqliteTable } from 'drizzle-orm/sqlite-core'
import type { RequestContext } from '../../kernel/context.ts'
import type { Effect, Fence } from '../../kernel/effect.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { JobRequest } from '../../kernel/job.ts'
import { type Query, type Statement, builder, columns, prepare } from '../../kernel/statement.ts'
import { auditLog, idempotencyKeys, inbox } from './tables.ts'
import type { AuditEntry, AuditFacts, GuardRule } from './types.ts'

const insertAudit = prepare((bind) =>
  builder.insert(auditLog).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    occurredAt: bind('occurredAt'),
    actorKind: bind('actorKind'),
    actorId: bind('actorId'),
    action: bind('action'),
    targetType: bind('targetType'),
    targetId: bind('targetId'),
    requestId: bind('requestId'),
    clientAddress: bind('clientAddress'),
    changes: bind('changes'),
    credential: bind('credential'),
    mac: bind('mac'),
  }),
)

/** The constraint that a second attempt of one commit breaks. */
export const COMMITTED_BEFORE = 'audit_log.tenant_id, audit_log.id'

/** An audit row as it is stored, before it is sealed. */
export interface AuditRow extends AuditFacts {
  /** Proves who made the row: `auditText` under a key that the database does not hold. */
  readonly mac: string
}

export function auditStatement(row: AuditRow): Statement {
  return insertAudit({ ...row })
}

/** What an audit entry says of a call. */
export function auditFacts(ctx: RequestContext, id: string, entry: AuditEntry): AuditFacts {
  return {
    tenantId: ctx.tenant.id,
    id,
    occurredAt: ctx.now,
    ...actorOf(ctx),
    action: entry.action,
    targetType: entry.targetType,
    targetId: entry.targetId,
    requestId: ctx.requestId,
    clientAddress: ctx.clientAddress ?? null,
    changes: JSON.stringify(entry.changes ?? {}),
    credential: credentialOf(ctx),
  }
}

const insertKey = prepare((bind) =>
  builder.insert(idempotencyKeys).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    fingerprint: bind('fingerprint'),
    result: bind('result'),
    createdAt: bind('createdAt'),
  }),
)

/** The constraint that a repeated idempotency key breaks. */
export const KEY_USED = 'idempotency_keys.tenant_id, idempotency_keys.id'

export function keyStatement(
  tenantId: string,
  claim: { id: string; fingerprint: string },
  result: string,
  now: number,
): Statement {
  return insertKey({ tenantId, ...claim, result, createdAt: now })
}

/** The stored answer of an idempotency key. */
export const findKey = prepare((bind) =>
  builder
    .select(columns({ fingerprint: idempotencyKeys.fingerprint, result: idempotencyKeys.result }))
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.tenantId, bind('tenantId')), eq(idempotencyKeys.id, bind('id')))),
)

/** Removes the oldest idempotency keys that were used before an instant. */
export function deleteKeys(before: number, limit: number): Query<{ swept: number }> {
  return {
    sql: `DELETE FROM idempotency_keys WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM idempotency_keys WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)
      RETURNING 1 AS swept`,
    params: [before, limit],
  }
}

const insertEffect = prepare((bind) =>
  builder.insert(inbox).values({
    tenantId: bind('tenantId'),
    eventId: bind('eventId'),
    subscriber: bind('subscriber'),
    handledAt: bind('handledAt'),
  }),
)

/** The constraint that an effect breaks when it was committed before. */
export const EFFECT_DONE = 'inbox.tenant_id, inbox.event_id, inbox.subscriber'

export function effectStatement(tenantId: string, effect: Effect, now: number): Statement {
  return insertEffect({ tenantId, ...effect, handledAt: now })
}

/** An event as it is stored. */
export interface OutboxEntry {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly aggregateType: string
  readonly aggregateId: string
  readonly aggregateVersion: number
  /** JSON; empty when it lies under `payloadKey`. */
  readonly payload: string
  readonly payloadKey: string | null
  /** For an event that nobody awaits. */
  readonly settledAt: number | null
}

/** Stores all events by one statement; `seq` follows the order of the list. */
export function outboxStatement(ctx: RequestContext, events: readonly OutboxEntry[]): Statement {
  const actor = actorOf(ctx)
  return {
    sql: `INSERT INTO outbox (id, tenant_id, type, version, aggregate_type, aggregate_id,
      aggregate_version, payload, payload_key, settled_at, actor_kind, actor_id, correlation_id,
      causation_id, trace_id, occurred_at, available_at)
      SELECT value ->> 'id', ?2, value ->> 'type', value ->> 'version', value ->> 'aggregateType',
      value ->> 'aggregateId', value ->> 'aggregateVersion', value ->> 'payload',
      value ->> 'payloadKey', value ->> 'settledAt', ?3, ?4, ?5, ?6, ?7, ?8, ?8
      FROM json_each(?1) ORDER BY key`,
    params: [
      JSON.stringify(events),
      ctx.tenant.id,
      actor.actorKind,
      actor.actorId,
      ctx.requestId,
      ctx.causationId ?? null,
      ctx.traceId,
      ctx.now,
    ],
  }
}

const PRIORITIES: Readonly<Record<JobRequest['priority'], number>> = { high: 0, normal: 1, low: 2 }

/** Adds all jobs by one statement. One whose unique key waits or runs already is left out. */
export function jobsStatement(
  ctx: RequestContext,
  ids: Ids,
  requests: readonly JobRequest[],
): Statement {
  const actor = actorOf(ctx)
  const rows = requests.map(({ payload, priority, dueAt, ...request }) => ({
    ...request,
    id: request.id ?? ids.next(),
    payload: JSON.stringify(payload ?? null),
    priority: PRIORITIES[priority],
    dueAt: dueAt ?? ctx.now,
  }))
  return {
    sql: `INSERT INTO jobs (tenant_id, id, name, version, payload, state, priority, due_at,
      max_attempts, concurrency, unique_key, actor_kind, actor_id, correlation_id, causation_id,
      trace_id, created_at)
      SELECT ?2, value ->> 'id', value ->> 'name', value ->> 'version', value ->> 'payload',
      'queued', value ->> 'priority', value ->> 'dueAt', value ->> 'maxAttempts',
      value ->> 'concurrency', value ->> 'uniqueKey', ?3, ?4, ?5, ?6, ?7, ?8
      FROM json_each(?1) WHERE true ORDER BY key
      ON CONFLICT (tenant_id, name, unique_key)
        WHERE unique_key IS NOT NULL AND state IN ('queued', 'running') DO NOTHING`,
    params: [
      JSON.stringify(rows),
      ctx.tenant.id,
      actor.actorKind,
      actor.actorId,
      ctx.requestId,
      ctx.causationId ?? null,
      ctx.traceId,
      ctx.now,
    ],
  }
}

/** Aborts the batch of a worker whose lease another one has taken or that has been settled. */
export function fenceStatement(tenantId: string, { kind, id, lease }: Fence): Statement {
  return { sql: kind === 'event' ? EVENT_FENCE : JOB_FENCE, params: [tenantId, id, lease] }
}

const EVENT_FENCE = `INSERT INTO commit_guards (lease_held) SELECT 0 WHERE NOT EXISTS (
  SELECT 1 FROM outbox WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3
    AND settled_at IS NULL AND dead_at IS NULL)`
const JOB_FENCE = `INSERT INTO commit_guards (lease_held) SELECT 0 WHERE NOT EXISTS (
  SELECT 1 FROM jobs WHERE tenant_id = ?1 AND id = ?2 AND lease = ?3 AND state = 'running')`

/** Aborts the batch, naming the rule, when the statement before it changed no row. */
export function guardStatement(rule: GuardRule): Statement {
  return { sql: `INSERT INTO commit_guards (${rule}) SELECT 0 WHERE changes() = 0`, params: [] }
}

/** Aborts the batch, naming the rule, unless the condition finds a row. */
export function existsGuard(rule: GuardRule, condition: Statement): Statement {
  return {
    sql: `INSERT INTO commit_guards (${rule}) SELECT 0 WHERE NOT EXISTS (${condition.sql})`,
    params: condition.params,
  }
}

/** Removes every row of a table, of all tenants. The name comes from code. */
export function emptyTable(name: string): Statement {
  return prepare(() => builder.delete(sqliteTable(name, {})))({})
}

function actorOf(ctx: RequestContext): { actorKind: string; actorId: string | null } {
  const { principal } = ctx
  if (principal.kind === 'user') return { actorKind: 'user', actorId: principal.userId }
  if (principal.kind === 'key') return { actorKind: 'key', actorId: principal.keyId }
  return { actorKind: principal.kind, actorId: principal.kind === 'system' ? principal.name : null }
}

function credentialOf({ principal }: RequestContext): string | null {
  if (principal.kind === 'key') return `key:${principal.keyId}`
  return principal.kind === 'user' ? `session:${principal.sessionId}` : null
}

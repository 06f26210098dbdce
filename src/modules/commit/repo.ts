import { and, eq } from 'drizzle-orm'
import { sqliteTable } from 'drizzle-orm/sqlite-core'
import type { RequestContext } from '../../kernel/context.ts'
import type { DomainEvent } from '../../kernel/events.ts'
import type { Ids } from '../../kernel/ids.ts'
import { type Statement, builder, columns, prepare } from '../../kernel/statement.ts'
import { auditLog, idempotencyKeys } from './tables.ts'
import type { AuditEntry, GuardRule } from './types.ts'

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
  }),
)

/** The constraint that a second attempt of one commit breaks. */
export const COMMITTED_BEFORE = 'audit_log.tenant_id, audit_log.id'

export function auditStatement(ctx: RequestContext, id: string, entry: AuditEntry): Statement {
  return insertAudit({
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
  })
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

/** Owes all events by one statement; `seq` follows the order of the list. */
export function outboxStatement(
  ctx: RequestContext,
  ids: Ids,
  events: readonly DomainEvent[],
): Statement {
  const actor = actorOf(ctx)
  const rows = events.map((event) => ({
    id: ids.next(),
    type: event.type,
    version: event.version,
    aggregateType: event.aggregate.type,
    aggregateId: event.aggregate.id,
    aggregateVersion: event.aggregate.version,
    payload: JSON.stringify(event.payload),
  }))
  return {
    sql: `INSERT INTO outbox (id, tenant_id, type, version, aggregate_type, aggregate_id,
      aggregate_version, payload, actor_kind, actor_id, correlation_id, trace_id, occurred_at, available_at)
      SELECT value ->> 'id', ?2, value ->> 'type', value ->> 'version', value ->> 'aggregateType',
      value ->> 'aggregateId', value ->> 'aggregateVersion', value ->> 'payload', ?3, ?4, ?5, ?6, ?7, ?7
      FROM json_each(?1) ORDER BY key`,
    params: [
      JSON.stringify(rows),
      ctx.tenant.id,
      actor.actorKind,
      actor.actorId,
      ctx.requestId,
      ctx.traceId,
      ctx.now,
    ],
  }
}

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
  return { actorKind: principal.kind, actorId: principal.kind === 'system' ? principal.name : null }
}

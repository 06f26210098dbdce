import { randomBytes, systemClock } from '../../src/adapters/clock/system.ts'
import { createIds } from '../../src/kernel/ids.ts'
import type { Query, SqlValue, Statement } from '../../src/kernel/statement.ts'
import { DatabaseError, type DatabaseFailure, type Row } from '../../src/ports/database.ts'

const ids = createIds(systemClock, randomBytes)

/** An id that no other test has. */
export const newId = (): string => ids.next()

/** The constraint that proves a write after a lost answer. */
export const AUDIT_KEY = 'audit_log.tenant_id, audit_log.id'

export const statement = (sql: string, ...params: SqlValue[]): Statement => ({ sql, params })

export const query = (sql: string, ...params: SqlValue[]): Query<Row> => ({ sql, params })

/** Writes one audit entry. */
export const audit = (tenantId: string, id: string): Statement =>
  statement(
    `INSERT INTO audit_log (tenant_id, id, occurred_at, actor_kind, action, target_type, target_id, request_id)
      VALUES (?, ?, 1, 'system', 'test', 'test', 'test', 'test')`,
    tenantId,
    id,
  )

/** The audit entries of a tenant. */
export const audited = (tenantId: string): Query<Row> =>
  query('SELECT id FROM audit_log WHERE tenant_id = ? ORDER BY id', tenantId)

/** Writes a tenant at version 1. */
export const tenant = (id: string, slug: string | null): Statement =>
  statement(
    `INSERT INTO tenants (id, slug, name, status, version, sequence, default_locale, created_at, updated_at)
      VALUES (?, ?, 'Test', 'active', 1, 1, 'en', 1, 1)`,
    id,
    slug,
  )

/** Breaks the rule's CHECK when the statement before it has changed nothing. */
export const guard = (rule: string): Statement =>
  statement(`INSERT INTO commit_guards (${rule}) SELECT 0 WHERE changes() = 0`)

/** Why the work failed. Throws when it did not, or by another error than the port's. */
export async function failureOf(work: Promise<unknown>): Promise<DatabaseFailure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof DatabaseError)) throw new Error(`not a DatabaseError: ${String(error)}`)
  return error.failure
}

import type { Deps } from '../../ports/deps.ts'
import type { AuditFacts } from './types.ts'

/** What commits leave behind in tables of a tenant, children first. */
export const commitTables: readonly string[] = [
  'idempotency_keys',
  'outbox',
  'inbox',
  'job_attempts',
  'jobs',
  // Entries of a tenant without a chain are free to go.
  'audit_heads',
  'audit_log',
]

/**
 * The proof of an audit row: HMAC-SHA-256 over each of its columns under a key that the database does
 * not hold, as base64url. Whoever holds the database alone can neither make nor change a row.
 */
export function auditMac(deps: Pick<Deps, 'secrets'>, facts: AuditFacts): Promise<string> {
  return deps.secrets.digest('audit', textOf(facts))
}

/** The columns in a fixed order; JSON keeps them apart. */
function textOf(facts: AuditFacts): string {
  return JSON.stringify([
    facts.tenantId,
    facts.id,
    facts.occurredAt,
    facts.actorKind,
    facts.actorId,
    facts.credential,
    facts.action,
    facts.targetType,
    facts.targetId,
    facts.requestId,
    facts.clientAddress,
    facts.changes,
  ])
}

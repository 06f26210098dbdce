import type { AppError, ErrorDefinition } from '../../kernel/errors.ts'
import type { DomainEvent } from '../../kernel/events.ts'
import type { JobRequest } from '../../kernel/job.ts'
import type { Statement } from '../../kernel/statement.ts'

/** The conditions that a write may depend on. Each is a named CHECK of `commit_guards`. */
export type GuardRule =
  | 'session_alive'
  | 'tenant_current'
  | 'version_matches'
  | 'row_found'
  | 'state_allows'
  | 'reference_exists'
  | 'unused'
  | 'last_one_stays'
  | 'lease_held'
  | 'key_current'
  | 'stepped_up'

/** A statement of a commit. With a guard, the commit fails when the statement changes no row. */
export interface Write {
  readonly statement: Statement
  readonly guard?: GuardRule
}

/** Who did what to which thing; the actor and the instant come from the context. */
export interface AuditEntry {
  /** `<module>.<thing>.<past tense>`. */
  readonly action: string
  readonly targetType: string
  readonly targetId: string
  /** Fields before and after; never a secret. */
  readonly changes?: Readonly<Record<string, unknown>>
}

/** An audit row without its proof. */
export interface AuditFacts {
  readonly tenantId: string
  readonly id: string
  /** Epoch milliseconds. */
  readonly occurredAt: number
  readonly actorKind: string
  readonly actorId: string | null
  readonly action: string
  readonly targetType: string
  readonly targetId: string
  readonly requestId: string
  readonly clientAddress: string | null
  /** JSON. */
  readonly changes: string
  /** By what the actor was known: `session:<id>`, `key:<id>`; null for anonymous and system calls. */
  readonly credential: string | null
}

/**
 * What a broken constraint means, by the constraint's name: an error of the catalogue, or one with
 * its place, which is made where it is needed alone.
 */
export type Refusals = Readonly<Record<string, ErrorDefinition | (() => AppError)>>

/** One atomic change. */
export interface Commit<Result> {
  readonly writes: readonly Write[]
  readonly events: readonly DomainEvent[]
  /** Background work that exists if and only if the rest does. */
  readonly jobs?: readonly JobRequest[]
  readonly audit: AuditEntry
  /** The answer; kept with the idempotency key when the request carries one. */
  readonly result: Result
  /** What a broken unique, foreign or guard constraint means here, by the constraint's name. */
  readonly refusals?: Refusals
}

import { DatabaseError, type DatabaseFailure } from '../../ports/database.ts'

/** What D1, sqld and the network say of faults that pass; a full disk is one once there is room. */
const TRANSIENT = new RegExp(
  [
    'network connection lost',
    'caused object to be reset',
    'reset because its code was updated',
    'transient issue',
    // What a Durable Object, and so D1, says of a fault in workerd, a full disk among them.
    'internal error; reference = ',
    'timed? ?out',
    'overloaded',
    'fetch failed',
    'ECONN',
    'socket',
    'terminated',
    'SERVER_ERROR',
    'HTTP status 5',
    'SQLITE_BUSY',
    'database is locked',
    'database or disk is full',
    'disk I/O error',
  ].join('|'),
  'i',
)

/**
 * Classifies what D1 or libSQL threw, by its text: neither gives a stable code for constraints.
 * D1: `UNIQUE constraint failed: t.a, t.b: SQLITE_CONSTRAINT (extended: …)`; libSQL prefixes
 * `SQLITE_CONSTRAINT: SQLite error: `.
 */
export function classifyDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  const text = messagesOf(error)
  const constraint =
    /(UNIQUE|CHECK|FOREIGN KEY|NOT NULL) constraint failed(?:: ([a-z0-9_., ]+))?/.exec(text)
  if (constraint)
    return new DatabaseError(constraintOf(constraint[1] ?? '', constraint[2] ?? ''), error)
  return new DatabaseError({ kind: TRANSIENT.test(text) ? 'unavailable' : 'fatal' }, error)
}

function constraintOf(type: string, name: string): DatabaseFailure {
  const types = { UNIQUE: 'unique', CHECK: 'check', 'FOREIGN KEY': 'foreign_key' } as const
  return {
    kind: 'constraint',
    type: type in types ? types[type as keyof typeof types] : 'other', // -- `in` has just proven the key
    name: name.trim(),
  }
}

function messagesOf(error: unknown): string {
  const messages: string[] = []
  for (
    let current = error;
    current instanceof Error && messages.length < 5;
    current = current.cause
  ) {
    messages.push(current.message)
  }
  return messages.length > 0 ? messages.join('\n') : String(error)
}

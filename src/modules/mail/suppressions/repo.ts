import { type SQL, and, desc, eq, lt, sql } from 'drizzle-orm'
import { toRfc3339 } from '../../../kernel/clock.ts'
import { type Bind, type Statement, builder, columns, prepare } from '../../../kernel/statement.ts'
import { mailSuppressions } from './tables.ts'
import type { Suppression } from './types.ts'

/** The constraint that a second suppression of an address for one reason breaks. */
export const ALREADY_SUPPRESSED =
  'mail_suppressions.tenant_id, mail_suppressions.address, mail_suppressions.reason'

type NewSuppression = Omit<Suppression, 'createdAt'> & {
  readonly tenantId: string
  readonly now: number
}

/** Puts an address on the list; breaks `ALREADY_SUPPRESSED`. */
export function insertSuppression(suppression: NewSuppression): Statement {
  const { tenantId, id, address, reason, note, messageId, now } = suppression
  return {
    sql: `INSERT INTO mail_suppressions (tenant_id, id, address, reason, note, message_id, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
    params: [tenantId, id, address, reason, note, messageId, now],
  }
}

/** As `insertSuppression`, leaving an entry for the same reason as it is. */
export function keepSuppression(suppression: NewSuppression): Statement {
  const { tenantId, id, address, reason, note, messageId, now } = suppression
  return {
    sql: `INSERT INTO mail_suppressions (tenant_id, id, address, reason, note, message_id, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, address, reason) DO NOTHING`,
    params: [tenantId, id, address, reason, note, messageId, now],
  }
}

const suppressionColumns = {
  id: mailSuppressions.id,
  address: mailSuppressions.address,
  reason: mailSuppressions.reason,
  note: mailSuppressions.note,
  messageId: mailSuppressions.messageId,
  createdAt: mailSuppressions.createdAt,
}

/** A suppression with its instant as the database has it. */
export type SuppressionRow = Omit<Suppression, 'createdAt'> & { readonly createdAt: number }

export function toSuppression(row: SuppressionRow): Suppression {
  return { ...row, createdAt: toRfc3339(row.createdAt) }
}

const select = (condition: (bind: Bind) => SQL) => (bind: Bind) =>
  builder
    .select(columns(suppressionColumns))
    .from(mailSuppressions)
    .where(and(eq(mailSuppressions.tenantId, bind('tenantId')), condition(bind)))

export const findSuppression = prepare(select((bind) => eq(mailSuppressions.id, bind('id'))))

/** The suppressions of an address: one a reason at most. */
export const findSuppressionsOf = prepare(
  select((bind) => eq(mailSuppressions.address, bind('address'))),
)

/** Suppressions made before the id, newest first. */
export const findSuppressions = prepare((bind) =>
  select(() => lt(mailSuppressions.id, bind('before')))(bind)
    .orderBy(desc(mailSuppressions.id))
    .limit(sql.placeholder('limit')),
)

export function deleteSuppression(tenantId: string, id: string): Statement {
  return {
    sql: 'DELETE FROM mail_suppressions WHERE tenant_id = ? AND id = ?',
    params: [tenantId, id],
  }
}

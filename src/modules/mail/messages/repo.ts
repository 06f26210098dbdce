import { type SQL, and, desc, eq, lt, sql } from 'drizzle-orm'
import { toRfc3339, toRfc3339OrNull } from '../../../kernel/clock.ts'
import { type Bind, builder, columns, prepare, prepareEach } from '../../../kernel/statement.ts'
import { isMessage } from '../repo.ts'
import { mailMessages } from '../tables.ts'
import type { Message } from '../types.ts'

const messageColumns = {
  id: mailMessages.id,
  name: mailMessages.name,
  locale: mailMessages.locale,
  recipient: mailMessages.recipient,
  state: mailMessages.state,
  attempts: mailMessages.attempts,
  provider: mailMessages.provider,
  error: mailMessages.error,
  feedback: mailMessages.feedback,
  feedbackReason: mailMessages.feedbackReason,
  feedbackAt: mailMessages.feedbackAt,
  createdAt: mailMessages.createdAt,
  updatedAt: mailMessages.updatedAt,
  sentAt: mailMessages.sentAt,
}

type Instants = 'feedbackAt' | 'createdAt' | 'updatedAt' | 'sentAt'

/** A message with its instants as the database has them. */
type MessageRow = Omit<Message, Instants> & {
  readonly feedbackAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly sentAt: number | null
}

export function toMessage(row: MessageRow): Message {
  return {
    ...row,
    feedbackAt: toRfc3339OrNull(row.feedbackAt),
    createdAt: toRfc3339(row.createdAt),
    updatedAt: toRfc3339(row.updatedAt),
    sentAt: toRfc3339OrNull(row.sentAt),
  }
}

export const findMessage = prepare((bind) =>
  builder
    .select(columns({ ...messageColumns, sequence: mailMessages.sequence }))
    .from(mailMessages)
    .where(isMessage(bind)),
)

/** Which filters a list has. */
interface Filters {
  readonly state: boolean
  readonly recipient: boolean
}

// Without the hint SQLite walks all messages by primary key to find the few that are wanted.
const isRare = (condition: SQL) => sql`unlikely(${condition})`

/** Messages made before the id, newest first. */
export const findMessages = prepareEach(({ state, recipient }: Filters, bind: Bind) =>
  builder
    .select(columns(messageColumns))
    .from(mailMessages)
    .where(
      and(
        eq(mailMessages.tenantId, bind('tenantId')),
        recipient ? isRare(eq(mailMessages.recipient, bind('recipient'))) : undefined,
        state ? stateIs(recipient, bind) : undefined,
        lt(mailMessages.id, bind('before')),
      ),
    )
    .orderBy(desc(mailMessages.id))
    .limit(sql.placeholder('limit')),
)

/** The messages of a recipient are few, so they are found by the recipient where both are asked for. */
function stateIs(hasRecipient: boolean, bind: Bind): SQL {
  const condition = eq(mailMessages.state, bind('state'))
  return hasRecipient ? condition : isRare(condition)
}

/** Removes what was sent to an address; what is on its way stays until its time is over. */
export const deleteMessagesTo = prepare((bind) =>
  builder
    .delete(mailMessages)
    .where(
      and(
        eq(mailMessages.tenantId, bind('tenantId')),
        isRare(eq(mailMessages.recipient, bind('recipient'))),
        sql`${mailMessages.state} NOT IN ('queued', 'sending')`,
      ),
    ),
)

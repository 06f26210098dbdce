import { and, eq } from 'drizzle-orm'
import type { Fence } from '../../kernel/effect.ts'
import {
  type Bind,
  type Query,
  type Statement,
  builder,
  columns,
  prepare,
} from '../../kernel/statement.ts'
import type { SuppressionReason } from './suppressions/index.ts'
import { mailMessages } from './tables.ts'
import type { FeedbackKind, FeedbackTarget } from './types.ts'

/** The message of an id: the values are `tenantId` and `id`. */
export const isMessage = (bind: Bind) =>
  and(eq(mailMessages.tenantId, bind('tenantId')), eq(mailMessages.id, bind('id')))

/** Adds a message, unless one was wanted for the same reason before. */
export function insertMessage(message: {
  readonly tenantId: string
  readonly id: string
  readonly name: string
  readonly version: number
  readonly locale: string
  readonly recipient: string
  readonly recipientName: string | null
  readonly props: string
  readonly dedupeKey: string
  readonly now: number
}): Statement {
  return {
    sql: `INSERT INTO mail_messages (tenant_id, id, name, version, locale, recipient,
        recipient_name, props, dedupe_key, state, queued_at, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'queued', ?10, ?10, ?10)
      ON CONFLICT (tenant_id, dedupe_key) DO NOTHING`,
    params: [
      message.tenantId,
      message.id,
      message.name,
      message.version,
      message.locale,
      message.recipient,
      message.recipientName,
      message.props,
      message.dedupeKey,
      message.now,
    ],
  }
}

/** What delivery knows of a message. */
export const findParcel = prepare((bind) =>
  builder
    .select(
      columns({
        id: mailMessages.id,
        name: mailMessages.name,
        version: mailMessages.version,
        locale: mailMessages.locale,
        recipient: mailMessages.recipient,
        recipientName: mailMessages.recipientName,
        props: mailMessages.props,
        state: mailMessages.state,
        sequence: mailMessages.sequence,
        provider: mailMessages.provider,
        repeatable: mailMessages.repeatable,
        unknownAt: mailMessages.unknownAt,
        queuedAt: mailMessages.queuedAt,
      }),
    )
    .from(mailMessages)
    .where(isMessage(bind)),
)

/** Why a message's recipient is sent nothing. */
export function findReasons(
  tenantId: string,
  messageId: string,
): Query<{ reason: SuppressionReason }> {
  return {
    sql: `SELECT s.reason AS reason FROM mail_messages m
      JOIN mail_suppressions s ON s.tenant_id = m.tenant_id AND s.address = m.recipient
      WHERE m.tenant_id = ? AND m.id = ?`,
    params: [tenantId, messageId],
  }
}

/**
 * Notes whom a worker is about to ask, while it holds its job; no row comes back when it does not.
 * From here on the outcome is not known.
 */
export function beginSend(
  message: { readonly tenantId: string; readonly id: string },
  asked: { readonly name: string; readonly repeatable: boolean },
  fence: Fence,
  now: number,
): Query<{ id: string }> {
  return {
    sql: `UPDATE mail_messages SET state = 'sending', attempts = attempts + 1, provider = ?3,
        repeatable = ?4, unknown_at = coalesce(unknown_at, ?5), updated_at = ?5
      WHERE tenant_id = ?1 AND id = ?2 AND state IN ('queued', 'sending', 'unknown')
        AND EXISTS (SELECT 1 FROM jobs j
          WHERE j.tenant_id = ?1 AND j.id = ?6 AND j.lease = ?7 AND j.state = 'running')
      RETURNING id`,
    params: [
      message.tenantId,
      message.id,
      asked.name,
      asked.repeatable ? 1 : 0,
      now,
      fence.id,
      fence.lease,
    ],
  }
}

/** Puts a message back after a send that came to nothing or whose outcome is not known. */
export function putBack(message: {
  readonly tenantId: string
  readonly id: string
  readonly state: 'queued' | 'unknown'
  readonly error: string
  readonly unknownAt: number | null
  readonly now: number
}): Query<never> {
  return {
    sql: `UPDATE mail_messages SET state = ?3, error = ?4, unknown_at = ?5, updated_at = ?6
      WHERE tenant_id = ?1 AND id = ?2 AND state IN ('queued', 'sending', 'unknown')`,
    params: [
      message.tenantId,
      message.id,
      message.state,
      message.error,
      message.unknownAt,
      message.now,
    ],
  }
}

/** Brings a message to its end. What it says is forgotten unless it may be wanted again. */
export function endMessage(message: {
  readonly tenantId: string
  readonly id: string
  readonly sequence: number
  readonly state: 'sent' | 'failed' | 'suppressed' | 'unknown'
  readonly provider: string | null
  readonly providerMessageId: string | null
  readonly error: string | null
  readonly now: number
}): Statement {
  return {
    sql: `UPDATE mail_messages SET state = ?4, sequence = sequence + 1,
        provider = coalesce(?5, provider), provider_message_id = ?6, error = ?7, updated_at = ?8,
        sent_at = CASE ?4 WHEN 'sent' THEN ?8 END,
        repeatable = CASE ?4 WHEN 'unknown' THEN 0 ELSE repeatable END,
        props = CASE WHEN ?4 IN ('sent', 'suppressed') THEN NULL ELSE props END
      WHERE tenant_id = ?1 AND id = ?2 AND sequence = ?3
        AND state IN ('queued', 'sending', 'unknown')`,
    params: [
      message.tenantId,
      message.id,
      message.sequence,
      message.state,
      message.provider,
      message.providerMessageId,
      message.error,
      message.now,
    ],
  }
}

/** Queues a message again that has not been sent and is not under way. */
export function requeueMessage(message: {
  readonly tenantId: string
  readonly id: string
  readonly sequence: number
  /** A send that began before is not under way any more. */
  readonly staleBefore: number
  readonly now: number
}): Statement {
  return {
    sql: `UPDATE mail_messages SET state = 'queued', sequence = sequence + 1, error = NULL,
        unknown_at = NULL, queued_at = ?5, updated_at = ?5
      WHERE tenant_id = ?1 AND id = ?2 AND sequence = ?3 AND props IS NOT NULL
        AND (state IN ('queued', 'failed', 'unknown') OR (state = 'sending' AND updated_at < ?4))`,
    params: [message.tenantId, message.id, message.sequence, message.staleBefore, message.now],
  }
}

/** Messages by our own ids, over all tenants of a shard. */
export function findTargetsById(ids: readonly string[]): Query<FeedbackTarget> {
  return {
    sql: `SELECT tenant_id AS tenantId, id, recipient, provider_message_id AS providerMessageId
      FROM mail_messages WHERE id IN (SELECT value FROM json_each(?))`,
    params: [JSON.stringify(ids)],
  }
}

/** Messages by the ids that a provider has given them, over all tenants of a shard. */
export function findTargetsByReceipt(
  provider: string,
  receipts: readonly string[],
): Query<FeedbackTarget> {
  return {
    sql: `SELECT tenant_id AS tenantId, id, recipient, provider_message_id AS providerMessageId
      FROM mail_messages WHERE provider = ?1
        AND provider_message_id IN (SELECT value FROM json_each(?2))`,
    params: [provider, JSON.stringify(receipts)],
  }
}

/** Notes what a provider has told of a message. Good news do not hide bad ones. */
export function noteFeedback(feedback: {
  readonly tenantId: string
  readonly id: string
  readonly kind: FeedbackKind
  readonly reason: string | null
  readonly at: number
}): Statement {
  return {
    sql: `UPDATE mail_messages SET feedback = ?3, feedback_reason = ?4, feedback_at = ?5
      WHERE tenant_id = ?1 AND id = ?2
        AND (feedback IS NULL OR feedback = 'delivered' OR ?3 <> 'delivered')`,
    params: [feedback.tenantId, feedback.id, feedback.kind, feedback.reason, feedback.at],
  }
}

/** Forgets what messages say that have failed long ago. Gives a row for each. */
export function forgetProps(before: number, most: number): Query<{ id: string }> {
  return {
    sql: `UPDATE mail_messages SET props = NULL WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM mail_messages WHERE updated_at < ?1
          AND props IS NOT NULL AND state IN ('failed', 'unknown') ORDER BY updated_at LIMIT ?2)
      RETURNING id`,
    params: [before, most],
  }
}

/** Deletes messages that came to their end long ago. Gives a row for each. */
export function deleteMessages(before: number, most: number): Query<{ id: string }> {
  return {
    sql: `DELETE FROM mail_messages WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM mail_messages WHERE updated_at < ?1
          AND state NOT IN ('queued', 'sending') ORDER BY updated_at LIMIT ?2)
      RETURNING id`,
    params: [before, most],
  }
}

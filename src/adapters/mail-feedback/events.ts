import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { type MailFeedback, MailFeedbackError } from '../../ports/mail-feedback.ts'

/** What an adapter knows of one event; the rest is the same for all. */
export type RawFeedback = Omit<
  MailFeedback,
  'address' | 'reason' | 'providerMessageId' | 'messageId'
> & {
  readonly address: string
  readonly reason?: string | undefined
  readonly providerMessageId?: string | undefined
  readonly messageId?: string | undefined
}

/** One or more of something, at most as many as a request may hold. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.array(item).max(limits.mail.feedbackEvents)

/** A body as JSON of the documented form. Throws `MailFeedbackError` that is not a forgery. */
export function parseBody<T>(provider: string, schema: z.ZodType<T>, text: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new MailFeedbackError(provider, 'the body is not JSON', false)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new MailFeedbackError(provider, 'the body is not as documented', false)
}

/** Bytes as UTF-8. Throws `MailFeedbackError` that is not a forgery. */
export function textOf(provider: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new MailFeedbackError(provider, 'the body is not UTF-8', false)
  }
}

/** The event in the port's form: address in lower case, long words cut, nothing undefined. */
export function toFeedback(raw: RawFeedback): MailFeedback {
  const { reason, providerMessageId, messageId, ...event } = raw
  return {
    ...event,
    address: raw.address.trim().toLowerCase(),
    ...(reason && { reason: reason.slice(0, limits.mail.feedbackReason) }),
    ...(providerMessageId && { providerMessageId: providerMessageId.slice(0, 200) }),
    ...(messageId && { messageId: messageId.slice(0, limits.mail.dedupeKey) }),
  }
}

/** An address inside `Name <address>`, or the text itself. */
export function bareAddress(text: string): string {
  return /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text
}

import * as z from 'zod'
import { defineEvent } from '../../kernel/events.ts'
import { idSchema } from '../../kernel/schemas.ts'
import { suppressionEvents } from './suppressions/events.ts'
import { FEEDBACK_KINDS } from './types.ts'

const messageId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const shared = { version: 1, since: '0.1.0' } as const
const message = z.object({ messageId: idSchema, name: z.string() })

// None of them names an address.

export const messageSent = defineEvent({
  ...shared,
  type: 'mail.message.sent',
  description: 'A provider has taken a mail over.',
  schema: message.extend({ provider: z.string() }),
  example: { messageId, name: 'auth/welcome', provider: 'mailchannels' },
})

export const messageFailed = defineEvent({
  ...shared,
  type: 'mail.message.failed',
  description: 'A mail is not sent any more: it was refused, or no provider took it in time.',
  schema: message.extend({ reason: z.string() }),
  example: { messageId, name: 'auth/welcome', reason: 'the address is refused' },
})

export const messageSuppressed = defineEvent({
  ...shared,
  type: 'mail.message.suppressed',
  description: 'A mail was not sent: its recipient is on the suppression list.',
  schema: message,
  example: { messageId, name: 'auth/welcome' },
})

export const messageUncertain = defineEvent({
  ...shared,
  type: 'mail.message.uncertain',
  description:
    'A mail may have been sent: the answer was lost, and a repeat could be a second mail.',
  schema: message,
  example: { messageId, name: 'auth/welcome' },
})

export const messageResent = defineEvent({
  ...shared,
  type: 'mail.message.resent',
  description: 'An operator had a mail sent again.',
  schema: message,
  example: { messageId, name: 'auth/welcome' },
})

/** The only event of its aggregate: a provider may be faster than our own note of the sending. */
export const feedbackReceived = defineEvent({
  ...shared,
  type: 'mail.feedback.received',
  description: 'A provider told what became of a mail.',
  schema: z.object({ messageId: idSchema, kind: z.enum(FEEDBACK_KINDS), permanent: z.boolean() }),
  example: { messageId, kind: 'bounce' as const, permanent: true },
})

export const events = [
  messageSent,
  messageFailed,
  messageSuppressed,
  messageUncertain,
  messageResent,
  feedbackReceived,
  ...suppressionEvents,
]

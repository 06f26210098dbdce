import * as z from 'zod'
import {
  type MailFeedback,
  MailFeedbackError,
  type MailFeedbackSource,
} from '../../ports/mail-feedback.ts'
import { parseBody, textOf, toFeedback } from './events.ts'
import { headerOf, isSame } from './signature.ts'

const POSTMARK = 'postmark'

const metadataSchema = z.object({ message_id: z.string().optional() }).optional().catch(undefined)
const shared = { MessageID: z.string(), Metadata: metadataSchema }

const complained = {
  ...shared,
  ID: z.union([z.number(), z.string()]),
  Email: z.string(),
  BouncedAt: z.string(),
  Type: z.string(),
  Inactive: z.boolean().optional(),
  Description: z.string().optional(),
}

const eventSchema = z.discriminatedUnion('RecordType', [
  z.looseObject({ RecordType: z.literal('Bounce'), ...complained }),
  z.looseObject({ RecordType: z.literal('SpamComplaint'), ...complained }),
  z.looseObject({
    RecordType: z.literal('Delivery'),
    ...shared,
    Recipient: z.string(),
    DeliveredAt: z.string(),
  }),
  z.looseObject({
    RecordType: z.literal('SubscriptionChange'),
    ...shared,
    Recipient: z.string(),
    ChangedAt: z.string(),
    SuppressSending: z.boolean(),
    SuppressionReason: z.string().nullish(),
  }),
  z.looseObject({ RecordType: z.enum(['Open', 'Click', 'SMTPApiError', 'Inbound']) }),
])

type Event = z.infer<typeof eventSchema>

/**
 * Postmark's webhooks (https://postmarkapp.com/developer/webhooks/webhooks-overview). They are not
 * signed: Postmark sends the name and the password of the webhook's URL as Basic authentication
 * (RFC 7617), over TLS.
 */
export function createPostmarkFeedback(config: {
  readonly username: string
  readonly password: string
}): MailFeedbackSource {
  const bytes = new TextEncoder().encode(`${config.username}:${config.password}`)
  const expected = `Basic ${btoa(String.fromCharCode(...bytes))}`
  return {
    provider: POSTMARK,
    async verify({ headers, body }) {
      if (!(await isSame(headerOf(POSTMARK, headers, 'authorization'), expected))) {
        throw new MailFeedbackError(POSTMARK, 'the password is wrong')
      }
      return feedbackOf(parseBody(POSTMARK, eventSchema, textOf(POSTMARK, body)))
    },
  }
}

function feedbackOf(event: Event): MailFeedback[] {
  switch (event.RecordType) {
    case 'Bounce':
    case 'SpamComplaint': {
      const kind = event.RecordType === 'Bounce' ? 'bounce' : 'complaint'
      const permanent = kind === 'complaint' || event.Type === 'HardBounce' || !!event.Inactive
      const details = { kind, permanent, reason: event.Description } as const
      return [at(event, `${kind}-${event.ID}`, event.Email, event.BouncedAt, details)]
    }
    case 'Delivery': {
      const details = { kind: 'delivered', permanent: false } as const
      const id = `delivered-${event.MessageID}`
      return [at(event, id, event.Recipient, event.DeliveredAt, details)]
    }
    case 'SubscriptionChange': {
      // Bounces and complaints have events of their own.
      if (!event.SuppressSending || event.SuppressionReason !== 'ManualSuppression') return []
      const details = { kind: 'unsubscribed', permanent: true } as const
      const id = `unsubscribed-${event.Recipient}-${event.ChangedAt}`
      return [at(event, id, event.Recipient, event.ChangedAt, details)]
    }
    case 'Open':
    case 'Click':
    case 'SMTPApiError':
    case 'Inbound':
      return []
  }
}

function at(
  event: {
    readonly MessageID: string
    readonly Metadata?: { message_id?: string | undefined } | undefined
  },
  eventId: string,
  address: string,
  time: string,
  details: Pick<MailFeedback, 'kind' | 'permanent'> & { readonly reason?: string | undefined },
): MailFeedback {
  const milliseconds = Date.parse(time)
  if (Number.isNaN(milliseconds)) {
    throw new MailFeedbackError(POSTMARK, 'the body is not as documented', false)
  }
  return toFeedback({
    ...details,
    provider: POSTMARK,
    eventId,
    address,
    at: milliseconds,
    providerMessageId: event.MessageID,
    messageId: event.Metadata?.message_id,
  })
}

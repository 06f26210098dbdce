import * as z from 'zod'
import {
  type MailFeedback,
  MailFeedbackError,
  type MailFeedbackKind,
  type MailFeedbackSource,
} from '../../ports/mail-feedback.ts'
import { listOf, parseBody, textOf, toFeedback } from './events.ts'
import { checkTime, fromBase64, fromPem, headerOf, joined } from './signature.ts'

const SENDGRID = 'sendgrid'
const SIGNATURE = 'x-twilio-email-event-webhook-signature'
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp'

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }
/** Bytes of each half of a signature on that curve. */
const HALF = 32

const eventsSchema = listOf(
  z.looseObject({
    event: z.string(),
    email: z.string().optional(),
    timestamp: z.number(),
    type: z.string().optional(),
    reason: z.string().optional(),
    sg_event_id: z.string().optional(),
    sg_message_id: z.string().optional(),
    message_id: z.string().optional(),
  }),
)

type Event = z.infer<typeof eventsSchema>[number]

const KINDS: Readonly<Record<string, MailFeedbackKind>> = {
  bounce: 'bounce',
  dropped: 'bounce',
  spamreport: 'complaint',
  delivered: 'delivered',
  unsubscribe: 'unsubscribed',
  group_unsubscribe: 'unsubscribed',
}

/**
 * SendGrid's Signed Event Webhook
 * (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features):
 * ECDSA on P-256 with SHA-256 over timestamp and body. `publicKey` is the base64 that SendGrid
 * shows. Throws `TypeError` when that is not base64.
 */
export function createSendgridFeedback(config: { readonly publicKey: string }): MailFeedbackSource {
  const publicKey = fromPem(config.publicKey)
  return {
    provider: SENDGRID,
    async verify({ headers, body }, now) {
      const timestamp = headerOf(SENDGRID, headers, TIMESTAMP)
      const signature = halvesOf(fromBase64(headerOf(SENDGRID, headers, SIGNATURE)))
      checkTime(SENDGRID, Number(timestamp), now)
      const key = await crypto.subtle.importKey('spki', publicKey, CURVE, false, ['verify'])
      const signed = joined(timestamp, body)
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
      if (!signature || !(await crypto.subtle.verify(algorithm, key, signature, signed))) {
        throw new MailFeedbackError(SENDGRID, 'the signature is wrong')
      }
      return parseBody(SENDGRID, eventsSchema, textOf(SENDGRID, body)).flatMap(feedbackOf)
    },
  }
}

/**
 * A signature in DER (RFC 3279 2.2.3) as the two halves that WebCrypto takes; `undefined` when it is
 * not one.
 */
function halvesOf(der: Uint8Array | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (!der || der[0] !== 0x30 || der[1] !== der.length - 2) return undefined
  const first = integerAt(der, 2)
  const second = first && integerAt(der, first.end)
  if (!first || !second || second.end !== der.length) return undefined
  return joined(first.value, second.value)
}

function integerAt(der: Uint8Array, start: number) {
  const length = der[start + 1] ?? 0
  const end = start + 2 + length
  if (der[start] !== 0x02 || length === 0 || end > der.length) return undefined
  const digits = der.subarray(start + 2, end)
  const significant = digits[0] === 0 ? digits.subarray(1) : digits
  if (significant.length > HALF) return undefined
  const value = new Uint8Array(HALF)
  value.set(significant, HALF - significant.length)
  return { value, end }
}

function feedbackOf(event: Event): MailFeedback[] {
  const kind = KINDS[event.event]
  if (!kind || !event.email || !event.sg_event_id) return []
  // `blocked` passes; `dropped` is SendGrid's own list, which names the reason of an earlier event.
  const isHard = event.event === 'bounce' && event.type !== 'blocked'
  return [
    toFeedback({
      kind,
      provider: SENDGRID,
      eventId: event.sg_event_id,
      address: event.email,
      at: event.timestamp * 1_000,
      permanent: isHard || kind === 'complaint' || kind === 'unsubscribed',
      reason: event.reason,
      // The id of the answer comes back with the recipient's place behind a dot.
      providerMessageId: event.sg_message_id?.split('.')[0],
      messageId: event.message_id,
    }),
  ]
}

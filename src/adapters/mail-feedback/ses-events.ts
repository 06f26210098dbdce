import * as z from 'zod'
import { type MailFeedback, MailFeedbackError } from '../../ports/mail-feedback.ts'
import { bareAddress, listOf, parseBody, toFeedback } from './events.ts'

const SES = 'ses'

const mailSchema = z.object({
  messageId: z.string(),
  tags: z.record(z.string(), z.array(z.string())).optional().catch(undefined),
})

const recipientsOf = <Shape extends z.ZodRawShape>(shape: Shape) => listOf(z.looseObject(shape))

const messageSchema = z.looseObject({
  notificationType: z.string().optional(),
  eventType: z.string().optional(),
  mail: mailSchema,
  bounce: z
    .looseObject({
      bounceType: z.string(),
      timestamp: z.string(),
      bouncedRecipients: recipientsOf({
        emailAddress: z.string(),
        diagnosticCode: z.string().optional(),
      }),
    })
    .optional(),
  complaint: z
    .looseObject({
      timestamp: z.string(),
      complaintFeedbackType: z.string().nullish(),
      complainedRecipients: recipientsOf({ emailAddress: z.string() }),
    })
    .optional(),
  delivery: z.looseObject({ timestamp: z.string(), recipients: listOf(z.string()) }).optional(),
})

type Message = z.infer<typeof messageSchema>

interface Outcome {
  readonly kind: MailFeedback['kind']
  readonly permanent: boolean
  readonly time: string
  readonly recipients: readonly { readonly address: string; readonly reason?: string | undefined }[]
}

/**
 * The events of a message of Amazon SES: an identity notification or an event of a configuration
 * set (https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html). `id` is that of the
 * message that carried it. Throws `MailFeedbackError`.
 */
export function sesEvents(text: string, id: string): readonly MailFeedback[] {
  const message = parseBody(SES, messageSchema, text)
  const outcome = outcomeOf(message)
  if (!outcome) return []
  const at = Date.parse(outcome.time)
  if (Number.isNaN(at)) throw new MailFeedbackError(SES, 'the body is not as documented', false)
  return outcome.recipients.map(({ address, reason }, index) =>
    toFeedback({
      kind: outcome.kind,
      permanent: outcome.permanent,
      provider: SES,
      eventId: index === 0 ? id : `${id}/${index}`,
      address: bareAddress(address),
      at,
      reason,
      providerMessageId: message.mail.messageId,
      messageId: message.mail.tags?.['message_id']?.[0],
    }),
  )
}

function outcomeOf({ notificationType, eventType, ...message }: Message): Outcome | undefined {
  const { bounce, complaint, delivery } = message
  switch (notificationType ?? eventType) {
    case 'Bounce':
      return (
        bounce && {
          kind: 'bounce',
          permanent: bounce.bounceType === 'Permanent',
          time: bounce.timestamp,
          recipients: bounce.bouncedRecipients.map(({ emailAddress, diagnosticCode }) => ({
            address: emailAddress,
            reason: diagnosticCode,
          })),
        }
      )
    case 'Complaint':
      return (
        complaint && {
          kind: 'complaint',
          permanent: true,
          time: complaint.timestamp,
          recipients: complaint.complainedRecipients.map(({ emailAddress }) => ({
            address: emailAddress,
            reason: complaint.complaintFeedbackType ?? undefined,
          })),
        }
      )
    case 'Delivery':
      return (
        delivery && {
          kind: 'delivered',
          permanent: false,
          time: delivery.timestamp,
          recipients: delivery.recipients.map((address) => ({ address })),
        }
      )
    case undefined:
    default:
      return undefined
  }
}

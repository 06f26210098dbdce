import * as z from 'zod'
import {
  type MailFeedback,
  MailFeedbackError,
  type MailFeedbackSource,
} from '../../ports/mail-feedback.ts'
import { bareAddress, listOf, parseBody, textOf, toFeedback } from './events.ts'
import { checkTime, fromBase64, headerOf, joined } from './signature.ts'

const RESEND = 'resend'

const tagsSchema = z.union([
  z.record(z.string(), z.string()),
  z.array(z.object({ name: z.string(), value: z.string() })),
])

const eventSchema = z.object({
  type: z.string(),
  created_at: z.string(),
  data: z.looseObject({
    email_id: z.string().optional(),
    to: listOf(z.string()).optional(),
    tags: tagsSchema.optional().catch(undefined),
    bounce: z
      .object({ type: z.string().optional(), message: z.string().optional() })
      .optional()
      .catch(undefined),
  }),
})

type Event = z.infer<typeof eventSchema>

const KINDS = {
  'email.bounced': 'bounce',
  'email.complained': 'complaint',
  'email.delivered': 'delivered',
} as const

/**
 * Resend's webhooks (https://resend.com/docs/dashboard/webhooks), signed by Svix:
 * HMAC-SHA-256 over `id.timestamp.body`, as Standard Webhooks has it. `secret` is `whsec_...`.
 */
export function createResendFeedback(config: { readonly secret: string }): MailFeedbackSource {
  const secret = fromBase64(config.secret.replace(/^whsec_/, ''))
  return {
    provider: RESEND,
    async verify({ headers, body }, now) {
      const id = headerOf(RESEND, headers, 'svix-id')
      const timestamp = headerOf(RESEND, headers, 'svix-timestamp')
      const signatures = headerOf(RESEND, headers, 'svix-signature')
      checkTime(RESEND, Number(timestamp), now)
      if (!secret || !(await isSigned(secret, signatures, joined(id, '.', timestamp, '.', body)))) {
        throw new MailFeedbackError(RESEND, 'the signature is wrong')
      }
      return feedbackOf(parseBody(RESEND, eventSchema, textOf(RESEND, body)), id)
    },
  }
}

/** `signatures` is a list with blanks between, one for each secret in force. */
async function isSigned(
  secret: Uint8Array<ArrayBuffer>,
  signatures: string,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['verify'])
  for (const entry of signatures.split(' ').slice(0, 10)) {
    const signature = entry.startsWith('v1,') ? fromBase64(entry.slice(3)) : undefined
    if (signature && (await crypto.subtle.verify('HMAC', key, signature, signed))) return true
  }
  return false
}

function feedbackOf(event: Event, id: string): readonly MailFeedback[] {
  const { type, data } = event
  const kind = type in KINDS ? KINDS[type as keyof typeof KINDS] : undefined // -- just asked
  if (!kind) return []
  const at = Date.parse(event.created_at)
  if (Number.isNaN(at)) throw new MailFeedbackError(RESEND, 'the body is not as documented', false)
  return (data.to ?? []).map((to, index) =>
    toFeedback({
      kind,
      provider: RESEND,
      eventId: index === 0 ? id : `${id}/${index}`,
      address: bareAddress(to),
      at,
      permanent: kind === 'complaint' || (kind === 'bounce' && data.bounce?.type !== 'Transient'),
      reason: data.bounce?.message,
      providerMessageId: data.email_id,
      messageId: messageIdOf(data.tags),
    }),
  )
}

function messageIdOf(tags: Event['data']['tags']): string | undefined {
  return Array.isArray(tags)
    ? tags.find(({ name }) => name === 'message_id')?.value
    : tags?.['message_id']
}

import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { idSchema, instant, localeSchema, pageOf, pageQuery } from '../../kernel/schemas.ts'
import { addressSchema } from './suppressions/index.ts'
import { FEEDBACK_KINDS, MESSAGE_STATES } from './types.ts'

/** What a tenant decides of its mails. An empty text means the default. */
export const mailSettings = z.object({
  brandName: z
    .string()
    .trim()
    .max(limits.mail.name)
    .default('')
    .meta({ description: 'Whom mails come from; the tenant’s name when empty.' }),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #1f4fd8')
    .default('#1f4fd8')
    .meta({ description: 'The colour of buttons.' }),
  logoUrl: z
    .union([z.literal(''), z.url({ protocol: /^https$/ }).max(limits.text.url)])
    .default('')
    .meta({ description: 'An image, by https.' }),
  replyTo: z
    .union([z.literal(''), addressSchema])
    .default('')
    .meta({ description: 'Where answers go; the platform’s address when empty.' }),
  footer: z
    .string()
    .trim()
    .max(limits.text.excerpt)
    .default('')
    .meta({ description: 'The last words of each mail, such as the postal address.' }),
})

const state = z.enum(MESSAGE_STATES).meta({
  description: '`unknown`: a provider was given the mail, and its answer was lost.',
  example: 'sent',
})

export const messageSchema = z
  .object({
    id: idSchema,
    name: z.string().meta({ example: 'auth/welcome' }),
    locale: localeSchema,
    recipient: z.string().meta({ example: 'ada@example.com' }),
    state,
    attempts: z.int(),
    provider: z.string().nullable().meta({ description: 'Who was asked last.' }),
    error: z.string().nullable(),
    feedback: z
      .enum(FEEDBACK_KINDS)
      .nullable()
      .meta({ description: 'What the provider told afterwards.' }),
    feedbackReason: z.string().nullable(),
    feedbackAt: instant.nullable(),
    createdAt: instant,
    updatedAt: instant,
    sentAt: instant.nullable(),
  })
  .meta({ id: 'MailMessage', description: 'A mail to one recipient, without what it says.' })

export const messagePage = pageOf(messageSchema).meta({ id: 'MailMessagePage' })

export const messagesQuery = pageQuery.extend({
  state: state.optional(),
  recipient: addressSchema.optional(),
})
export type MessagesQuery = z.infer<typeof messagesQuery>

export const deliverPayload = z.strictObject({ messageId: idSchema })

export const doctorInput = z.strictObject({})

export const testInput = z.strictObject({
  to: addressSchema,
  locale: localeSchema
    .optional()
    .meta({ description: 'The locale of the mail; the tenant’s default when absent.' }),
})

import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema, instant, pageOf } from '../../../kernel/schemas.ts'
import { EVENT_PATTERN } from '../domain.ts'

const { webhooks } = limits
const shape = z.enum(['full', 'ids'])
const state = z.enum(['enabled', 'disabled'])

const url = z
  .string()
  .max(limits.text.url)
  .refine((text) => URL.canParse(text), 'must be a URL')
  .meta({
    description: 'https, to a host of the public internet; redirects are not followed.',
    example: 'https://hooks.example.com/rustok',
  })
const patterns = z
  .array(
    z
      .string()
      .max(webhooks.pattern)
      .regex(EVENT_PATTERN, 'must be like blog.post.published or blog.*'),
  )
  .min(1)
  .max(webhooks.patterns)
  .meta({
    description: 'Types of events; `*` stands for all, `blog.post.*` for those that begin so.',
    example: ['blog.post.*'],
  })
const fields = z
  .array(z.string().min(1).max(webhooks.field))
  .max(webhooks.fields)
  .nullable()
  .meta({ description: 'The fields of payloads that are sent; all when null.' })
const description = z.string().trim().max(webhooks.description)

export const endpointSchema = z
  .object({
    id: idSchema,
    url: z.string(),
    description: z.string(),
    events: z.array(z.string()),
    shape: shape.meta({ description: '`ids` sends what an event is about and no payload.' }),
    fields: z.array(z.string()).nullable(),
    state,
    disabledReason: z.enum(['manual', 'gone', 'failing']).nullable(),
    failures: z.int().meta({ description: 'Tries that failed in a row.' }),
    failingSince: instant.nullable(),
    pausedUntil: instant.nullable().meta({ description: 'Nothing is sent before.' }),
    previousSecretUntil: instant
      .nullable()
      .meta({ description: 'Until when the secret before the last rotation signs as well.' }),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'WebhookEndpoint', description: 'Where the tenant wants to be told of events.' })

export const revealedEndpointSchema = endpointSchema
  .extend({
    secret: z.string().nullable().meta({
      description: 'Shown in the first answer only; null when an idempotency key is repeated.',
      example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    }),
  })
  .meta({ id: 'WebhookEndpointWithSecret' })

export const endpointPage = pageOf(endpointSchema).meta({ id: 'WebhookEndpointPage' })

export const createEndpointBody = z
  .strictObject({
    url,
    events: patterns,
    description: description.optional(),
    shape: shape.optional(),
    fields: fields.optional(),
  })
  .meta({ id: 'CreateWebhookEndpoint' })
export const updateEndpointBody = createEndpointBody
  .partial()
  .extend({ state: state.optional() })
  .meta({ id: 'UpdateWebhookEndpoint' })

export type EndpointDto = z.infer<typeof endpointSchema>
export type RevealedEndpointDto = z.infer<typeof revealedEndpointSchema>
export type CreateEndpointInput = z.infer<typeof createEndpointBody>
export type UpdateEndpointInput = z.infer<typeof updateEndpointBody>

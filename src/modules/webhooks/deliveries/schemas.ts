import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema, instant, instantInput, pageOf, pageQuery } from '../../../kernel/schemas.ts'

const state = z.enum(['pending', 'succeeded', 'failed'])

export const deliverySchema = z
  .object({
    id: idSchema,
    endpointId: idSchema,
    eventId: z.string().meta({ description: 'The `webhook-id`, the same over all tries.' }),
    eventType: z.string(),
    state,
    attempts: z.int().meta({ description: 'Tries since it was last queued.' }),
    nextAttemptAt: instant.nullable(),
    status: z
      .int()
      .nullable()
      .meta({ description: 'Of the last answer; null when there was none.' }),
    latencyMs: z.int().nullable(),
    error: z.string().nullable(),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'WebhookDelivery', description: 'One event on its way to one endpoint.' })

const attemptSchema = z
  .object({
    attempt: z.int(),
    attemptedAt: instant,
    status: z.int().nullable(),
    latencyMs: z.int(),
    error: z.string().nullable(),
    answer: z
      .string()
      .nullable()
      .meta({ description: 'The beginning of the answer, without what looks like a secret.' }),
  })
  .meta({ id: 'WebhookAttempt' })

export const deliveryDetailsSchema = deliverySchema
  .extend({
    body: z.string().meta({ description: 'What every try sends, byte for byte.' }),
    log: z.array(attemptSchema).meta({ description: 'Every try, the first one first.' }),
  })
  .meta({ id: 'WebhookDeliveryDetails' })

export const deliveryPage = pageOf(deliverySchema).meta({ id: 'WebhookDeliveryPage' })

export const deliveriesQuery = pageQuery.extend({
  endpointId: idSchema.optional(),
  type: z.string().max(limits.webhooks.pattern).optional(),
  state: state.optional(),
  since: instantInput.optional(),
  until: instantInput.optional(),
})

export const resendFailedBody = z
  .strictObject({ since: instantInput })
  .meta({ id: 'ResendFailedWebhooks' })
export const resentSchema = z
  .object({
    queued: z.int(),
    hasMore: z.boolean().meta({ description: 'Whether there are more: ask again.' }),
  })
  .meta({ id: 'ResentWebhooks' })

export type DeliveryDto = z.infer<typeof deliverySchema>
export type DeliveryDetailsDto = z.infer<typeof deliveryDetailsSchema>
export type DeliveriesQuery = z.infer<typeof deliveriesQuery>
export type ResentDto = z.infer<typeof resentSchema>

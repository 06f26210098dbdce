import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema, instant, pageOf } from '../../../kernel/schemas.ts'
import { SLUG_PATTERN } from '../../../kernel/slug.ts'
import { isSecret } from '../../../kernel/standard-webhooks.ts'

const sourceSchema = z
  .object({
    id: idSchema,
    slug: z.string(),
    description: z.string(),
    path: z.string().meta({ description: 'Where the source sends to, on a host of the tenant.' }),
    version: z.int(),
    createdAt: instant,
  })
  .meta({ id: 'WebhookSource', description: 'Who may send Standard Webhooks to the tenant.' })

export const revealedSourceSchema = sourceSchema
  .extend({
    secret: z.string().nullable().meta({
      description: 'Shown in the first answer only, and only when it was made here.',
    }),
  })
  .meta({ id: 'WebhookSourceWithSecret' })

export const sourcePage = pageOf(sourceSchema).meta({ id: 'WebhookSourcePage' })

export const createSourceBody = z
  .strictObject({
    slug: z
      .string()
      .max(63)
      .regex(SLUG_PATTERN, 'must be lower-case letters, digits and single hyphens'),
    description: z.string().trim().max(limits.webhooks.description).optional(),
    secret: z
      .string()
      .max(200)
      .refine(isSecret, 'must be whsec_ and base64 of 24 to 64 bytes')
      .optional()
      .meta({ description: 'The sender’s secret; one is made when it is left out.' }),
  })
  .meta({ id: 'CreateWebhookSource' })

export type SourceDto = z.infer<typeof sourceSchema>
export type RevealedSourceDto = z.infer<typeof revealedSourceSchema>
export type CreateSourceInput = z.infer<typeof createSourceBody>

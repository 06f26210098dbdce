import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema, instant, pageOf, pageQuery } from '../../../kernel/schemas.ts'
import { SUPPRESSION_REASONS } from './types.ts'

/** An address as it is kept and compared. */
export const addressSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(limits.mail.address)
  .check(z.email('must be an e-mail address'))
  .meta({ description: 'Upper and lower case are the same.', example: 'ada@example.com' })

const reason = z.enum(SUPPRESSION_REASONS).meta({ example: 'manual' })

export const suppressionSchema = z
  .object({
    id: idSchema,
    address: z.string().meta({ example: 'ada@example.com' }),
    reason,
    note: z.string().nullable(),
    messageId: idSchema.nullable().meta({ description: 'The mail that led to it.' }),
    createdAt: instant,
  })
  .meta({ id: 'MailSuppression', description: 'A reason to send nothing to an address.' })

export const suppressionPage = pageOf(suppressionSchema).meta({ id: 'MailSuppressionPage' })

export const suppressionsQuery = pageQuery.extend({ address: addressSchema.optional() })
export type SuppressionsQuery = z.infer<typeof suppressionsQuery>

export const suppressInput = z
  .strictObject({
    address: addressSchema,
    reason: reason.default('manual'),
    note: z.string().trim().max(limits.mail.feedbackReason).nullable().default(null),
  })
  .meta({ id: 'SuppressAddressInput' })
export type SuppressInput = z.infer<typeof suppressInput>

import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema, localeSchema } from '../../../kernel/schemas.ts'
import { isTimeZone } from '../../tenants/index.ts'
import { codeSchema } from '../second-factor/index.ts'
import { emailSchema, nameSchema, newPasswordSchema } from '../schemas.ts'

const password = z.string().min(1).max(limits.account.passwordMax)
const code = codeSchema.optional()
const token = z
  .string()
  .length(limits.oneTimeTokens.characters)
  .meta({ description: 'What the link of the mail carries.' })

const timezone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone')
  .meta({ description: 'An IANA time zone.', example: 'Europe/Berlin' })

export const tokenInput = z.strictObject({ token }).meta({ id: 'OneTimeTokenInput' })
export const forgottenInput = z
  .strictObject({ email: emailSchema })
  .meta({ id: 'ForgottenPasswordInput' })
export const resetInput = z
  .strictObject({ token, password: newPasswordSchema })
  .meta({ id: 'ResetPasswordInput' })
export const changePasswordInput = z
  .strictObject({ currentPassword: password, newPassword: newPasswordSchema, code })
  .meta({ id: 'ChangePasswordInput' })
export const changeEmailInput = z
  .strictObject({ email: emailSchema, password, code })
  .meta({ id: 'ChangeEmailInput' })
export const proofInput = z.strictObject({ password, code }).meta({ id: 'PasswordProof' })

export const profileInput = z
  .strictObject({
    name: nameSchema.optional(),
    locale: localeSchema.nullable().optional(),
    timezone: timezone.nullable().optional(),
  })
  .meta({ id: 'ProfileInput', description: 'What is left out stays.' })

export const acceptedSchema = z
  .object({ status: z.literal('accepted') })
  .meta({ id: 'Accepted', description: 'The same whether a mail is sent or not.' })
export const verifiedSchema = z.object({ status: z.literal('verified') })
export const changedSchema = z.object({ status: z.literal('changed') })

export const profileSchema = z
  .object({
    id: idSchema,
    email: z.string(),
    emailVerified: z.boolean(),
    name: z.string(),
    locale: localeSchema.nullable().meta({ description: 'Null for the tenant’s own choice.' }),
    timezone: timezone.nullable(),
    version: z.int(),
  })
  .meta({ id: 'Profile', description: 'The caller as it may change itself.' })

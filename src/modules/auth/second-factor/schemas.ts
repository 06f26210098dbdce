import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { instant } from '../../../kernel/schemas.ts'

const password = z.string().min(1).max(limits.account.passwordMax)

export const codeSchema = z
  .string()
  .regex(/^\d{6}$/, 'must be six digits')
  .meta({ description: 'What the app for codes shows. Each is good once.', example: '287082' })

/** Another way to prove the second factor than a code, in words of the API. */
const recoveryCode = z
  .string()
  .min(1)
  .max(20)
  .meta({ description: 'One of those that were shown. Each is good once.', example: 'ABCDE-FGH23' })

export const factorProof = z.strictObject({
  code: codeSchema.optional(),
  recoveryCode: recoveryCode.optional(),
})

export const startInput = z.strictObject({ password }).meta({ id: 'StartSecondFactorInput' })
export const confirmInput = z
  .strictObject({ code: codeSchema })
  .meta({ id: 'ConfirmSecondFactorInput' })
export const stepUpInput = factorProof.extend({ password }).meta({
  id: 'StepUpInput',
  description: 'The password, and a code of either kind where the second factor is on.',
})

export const challengedSchema = z
  .object({
    status: z.literal('second_factor_required'),
    challenge: z.string().meta({ description: 'Good for one log-in, together with a code.' }),
    expiresIn: z.int().meta({ description: 'Seconds that the challenge lives.', example: 300 }),
  })
  .meta({ id: 'Challenged', description: 'The password was right; a code is needed too.' })

export const stateSchema = z
  .object({
    status: z
      .enum(['inactive', 'pending', 'active'])
      .meta({ description: 'Pending until a code has confirmed it.' }),
    policy: z
      .enum(['off', 'optional', 'required'])
      .meta({ description: 'What the tenant asks of this user.' }),
    activeSince: instant.nullable(),
    recoveryCodesLeft: z.int(),
  })
  .meta({ id: 'SecondFactor' })

export const enrolmentSchema = z
  .object({
    uri: z.string().meta({ description: 'An otpauth URI, for a QR code.' }),
    secret: z.string().meta({ description: 'The same for typing it in: base32.' }),
  })
  .meta({ id: 'SecondFactorEnrolment', description: 'Shown this once.' })

export const recoveryCodesSchema = z
  .object({ recoveryCodes: z.array(z.string()) })
  .meta({ id: 'RecoveryCodes', description: 'Shown this once. Each replaces one code of the app.' })

export const elevatedSchema = z
  .object({ elevatedUntil: instant })
  .meta({ id: 'Elevated', description: 'The session may do what is sensitive until then.' })

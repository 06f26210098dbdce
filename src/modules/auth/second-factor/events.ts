import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'
import { idSchema } from '../../../kernel/schemas.ts'

const userId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const aboutUser = z.object({ userId: idSchema })
const shared = { version: 1, since: '0.1.0' } as const

export const secondFactorEnabled = defineEvent({
  ...shared,
  type: 'auth.user.second_factor_enabled',
  description: 'A user has switched on a second factor; all other sessions have ended.',
  schema: aboutUser,
  example: { userId },
})

export const secondFactorDisabled = defineEvent({
  ...shared,
  type: 'auth.user.second_factor_disabled',
  description: 'The second factor of a user was switched off.',
  schema: aboutUser.extend({ by: z.enum(['user', 'administrator']) }),
  example: { userId, by: 'user' as const },
})

export const recoveryCodesRenewed = defineEvent({
  ...shared,
  type: 'auth.user.recovery_codes_renewed',
  description: 'A user has made new recovery codes; the earlier ones are worth nothing.',
  schema: aboutUser,
  example: { userId },
})

export const secondFactorEvents = [secondFactorEnabled, secondFactorDisabled, recoveryCodesRenewed]

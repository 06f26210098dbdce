import * as z from 'zod'
import { defineEvent } from '../../kernel/events.ts'
import { idSchema } from '../../kernel/schemas.ts'

const userId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const shared = { version: 1, since: '0.1.0' } as const

export const userRegistered = defineEvent({
  ...shared,
  type: 'auth.user.registered',
  description: 'Somebody made an account.',
  schema: z.object({ userId: idSchema }),
  example: { userId },
})

export const events = [userRegistered]

import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'
import { idSchema } from '../../../kernel/schemas.ts'

export const personExported = defineEvent({
  version: 1,
  since: '0.1.0',
  type: 'transfer.user.exported',
  description: 'An export of all that the tenant holds on a user is complete.',
  schema: z.object({ userId: idSchema, rows: z.int() }),
  example: { userId: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11', rows: 41 },
})

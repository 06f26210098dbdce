import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'
import { idSchema } from '../../../kernel/schemas.ts'
import { SUPPRESSION_REASONS } from './types.ts'

const suppressionId = '01931f7e-9a40-7d21-8c55-0e6f4d2b7a90'
const shared = { version: 1, since: '0.1.0' } as const

// None of them names the address.

export const addressSuppressed = defineEvent({
  ...shared,
  type: 'mail.suppression.added',
  description: 'An address is sent nothing from here on.',
  schema: z.object({ suppressionId: idSchema, reason: z.enum(SUPPRESSION_REASONS) }),
  example: { suppressionId, reason: 'complaint' as const },
})

export const addressReleased = defineEvent({
  ...shared,
  type: 'mail.suppression.removed',
  description: 'A reason to send nothing to an address has gone.',
  schema: z.object({ suppressionId: idSchema, reason: z.enum(SUPPRESSION_REASONS) }),
  example: { suppressionId, reason: 'manual' as const },
})

export const suppressionEvents = [addressSuppressed, addressReleased]

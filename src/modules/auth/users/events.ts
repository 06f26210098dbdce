import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'
import { idSchema } from '../../../kernel/schemas.ts'

const userId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const roles = z.array(z.string())
const shared = { version: 1, since: '0.1.0' } as const

export const userCreated = defineEvent({
  ...shared,
  type: 'auth.user.created',
  description: 'A user was made by an administrator, or by accepting an invitation.',
  schema: z.object({ userId: idSchema, roles }),
  example: { userId, roles: ['manager'] },
})

export const userRolesChanged = defineEvent({
  ...shared,
  type: 'auth.user.roles_changed',
  description: 'A user was given other roles; the access tokens in use have ended.',
  schema: z.object({ userId: idSchema, before: roles, after: roles }),
  example: { userId, before: ['customer'], after: ['manager'] },
})

export const userDisabled = defineEvent({
  ...shared,
  type: 'auth.user.disabled',
  description: 'A user was disabled; all its sessions have ended.',
  schema: z.object({ userId: idSchema }),
  example: { userId },
})

export const userEnabled = defineEvent({
  ...shared,
  type: 'auth.user.enabled',
  description: 'A disabled user may log in again.',
  schema: z.object({ userId: idSchema }),
  example: { userId },
})

export const userEvents = [userCreated, userRolesChanged, userDisabled, userEnabled]

import * as z from 'zod'
import { defineEvent } from '../../kernel/events.ts'
import { idSchema } from '../../kernel/schemas.ts'

const userId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const sessionId = '01931f7e-9a40-7d21-8c55-0e6f4d2b7a90'
const roles = z.array(z.string())
const shared = { version: 1, since: '0.1.0' } as const

export const userRegistered = defineEvent({
  ...shared,
  type: 'auth.user.registered',
  description: 'Somebody made an account.',
  schema: z.object({ userId: idSchema }),
  example: { userId },
})

export const userCreated = defineEvent({
  ...shared,
  type: 'auth.user.created',
  description: 'An administrator made a user.',
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

/** The first event of a session. */
export const userLoggedIn = defineEvent({
  ...shared,
  type: 'auth.user.logged_in',
  description: 'A user logged in and a session began.',
  schema: z.object({ userId: idSchema, sessionId: idSchema }),
  example: { userId, sessionId },
})

export const sessionReuseDetected = defineEvent({
  ...shared,
  type: 'auth.session.reuse_detected',
  description: 'A refresh token was used a second time: it may be stolen.',
  schema: z.object({ userId: idSchema, sessionId: idSchema }),
  example: { userId, sessionId },
})

export const sessionEnded = defineEvent({
  ...shared,
  type: 'auth.session.ended',
  description: 'A session ended before its time.',
  schema: z.object({ userId: idSchema, sessionId: idSchema, because: z.enum(['logout', 'reuse']) }),
  example: { userId, sessionId, because: 'logout' as const },
})

export const events = [
  userRegistered,
  userCreated,
  userRolesChanged,
  userDisabled,
  userEnabled,
  userLoggedIn,
  sessionReuseDetected,
  sessionEnded,
]

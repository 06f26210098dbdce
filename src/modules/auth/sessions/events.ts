import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'
import { idSchema, instant } from '../../../kernel/schemas.ts'

const userId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const sessionId = '01931f7e-9a40-7d21-8c55-0e6f4d2b7a90'
const shared = { version: 1, since: '0.1.0' } as const

/** The first event of a session. */
export const userLoggedIn = defineEvent({
  ...shared,
  type: 'auth.user.logged_in',
  description: 'A user logged in and a session began.',
  schema: z.object({ userId: idSchema, sessionId: idSchema }),
  example: { userId, sessionId },
})

/** The first event of a try that failed. */
export const loginFailed = defineEvent({
  ...shared,
  type: 'auth.user.login_failed',
  description: 'A log-in failed; without a user when no account has the address.',
  schema: z.object({ userId: idSchema.nullable() }),
  example: { userId },
})

export const loginLimitReached = defineEvent({
  ...shared,
  type: 'auth.user.login_limit_reached',
  description: 'So many log-ins to an account failed that further ones are refused for a while.',
  schema: z.object({ userId: idSchema.nullable(), since: instant }),
  example: { userId, since: '2026-05-04T10:00:00.000Z' },
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
  schema: z.object({
    userId: idSchema,
    sessionId: idSchema,
    because: z.enum(['logout', 'reuse', 'owner', 'administrator']),
  }),
  example: { userId, sessionId, because: 'logout' as const },
})

export const sessionEvents = [
  userLoggedIn,
  loginFailed,
  loginLimitReached,
  sessionReuseDetected,
  sessionEnded,
]

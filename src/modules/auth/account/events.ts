import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'
import { idSchema } from '../../../kernel/schemas.ts'

const userId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const aboutUser = z.object({ userId: idSchema })
const shared = { version: 1, since: '0.1.0' } as const

export const userEmailVerified = defineEvent({
  ...shared,
  type: 'auth.user.email_verified',
  description: 'A user has shown to read the address of the account.',
  schema: aboutUser,
  example: { userId },
})

export const userPasswordChanged = defineEvent({
  ...shared,
  type: 'auth.user.password_changed',
  description:
    'A password was changed by its user, or set by a link in a mail, which also verifies the address. The sessions have ended, but for the one that changed it.',
  schema: aboutUser.extend({ by: z.enum(['user', 'reset']) }),
  example: { userId, by: 'reset' as const },
})

export const userEmailChanged = defineEvent({
  ...shared,
  type: 'auth.user.email_changed',
  description:
    'A user has another address: verified when the user has changed it, not yet when an administrator has.',
  schema: aboutUser,
  example: { userId },
})

export const userProfileChanged = defineEvent({
  ...shared,
  type: 'auth.user.profile_changed',
  description: 'Name, language or time zone of a user was changed.',
  schema: aboutUser.extend({ fields: z.array(z.enum(['name', 'locale', 'timezone'])) }),
  example: { userId, fields: ['name' as const] },
})

export const userDeactivated = defineEvent({
  ...shared,
  type: 'auth.user.deactivated',
  description: 'A user has disabled the own account; all its sessions have ended.',
  schema: aboutUser,
  example: { userId },
})

/** Whoever keeps something of a user erases it on this event. */
export const userDeleted = defineEvent({
  ...shared,
  type: 'auth.user.deleted',
  description:
    'An account was deleted by its user or an administrator; address and name are gone, the id stays.',
  schema: aboutUser,
  example: { userId },
})

export const accountEvents = [
  userEmailVerified,
  userPasswordChanged,
  userEmailChanged,
  userProfileChanged,
  userDeactivated,
  userDeleted,
]

import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'
import { idSchema } from '../../../kernel/schemas.ts'

const invitationId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b12'
const userId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const aboutInvitation = z.object({ invitationId: idSchema })
const shared = { version: 1, since: '0.1.0' } as const

export const invitationCreated = defineEvent({
  ...shared,
  type: 'auth.invitation.created',
  description: 'Somebody was invited to make an account.',
  schema: aboutInvitation.extend({ roles: z.array(z.string()) }),
  example: { invitationId, roles: ['manager'] },
})

export const invitationSent = defineEvent({
  ...shared,
  type: 'auth.invitation.sent_again',
  description: 'An invitation was sent once more: by an administrator, or asked for by its link.',
  schema: aboutInvitation,
  example: { invitationId },
})

export const invitationRevoked = defineEvent({
  ...shared,
  type: 'auth.invitation.revoked',
  description: 'An invitation was taken back.',
  schema: aboutInvitation,
  example: { invitationId },
})

export const invitationAccepted = defineEvent({
  ...shared,
  type: 'auth.invitation.accepted',
  description: 'Somebody who was invited has made the account.',
  schema: aboutInvitation.extend({ userId: idSchema }),
  example: { invitationId, userId },
})

export const invitationEvents = [
  invitationCreated,
  invitationSent,
  invitationRevoked,
  invitationAccepted,
]

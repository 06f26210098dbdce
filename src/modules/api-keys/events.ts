import * as z from 'zod'
import { defineEvent } from '../../kernel/events.ts'
import { idSchema } from '../../kernel/schemas.ts'

const keyId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const userId = '01931f7e-9a40-7d21-8c55-0e6f4d2b7a90'
const shared = { version: 1, since: '0.1.0' } as const
const schema = z.object({ keyId: idSchema, userId: idSchema })
const example = { keyId, userId }

export const keyCreated = defineEvent({
  ...shared,
  type: 'keys.key.created',
  description: 'A user made an API key, or one took the place of another.',
  schema,
  example,
})

export const keyUpdated = defineEvent({
  ...shared,
  type: 'keys.key.updated',
  description: 'The name, the scopes or the addresses of an API key changed.',
  schema,
  example,
})

export const keyRotated = defineEvent({
  ...shared,
  type: 'keys.key.rotated',
  description: 'Another API key took the place of this one, which works for the overlap.',
  schema: schema.extend({ replacedBy: idSchema }),
  example: { ...example, replacedBy: '01931f7e-b1c4-7e0a-a3d8-4c1d5e6f7a80' },
})

export const keyRevoked = defineEvent({
  ...shared,
  type: 'keys.key.revoked',
  description: 'An API key was revoked.',
  schema,
  example,
})

/** What happens to keys. */
export const events = [keyCreated, keyUpdated, keyRotated, keyRevoked]

import * as z from 'zod'
import { defineEvent } from '../../kernel/events.ts'

export const rolePermissionsAdded = defineEvent({
  type: 'rbac.role.permissions_added',
  version: 1,
  since: '0.1.0',
  description: 'A seeded role was given the permissions that a newer release declares.',
  schema: z.object({ role: z.string(), permissions: z.array(z.string()) }),
  example: { role: 'admin', permissions: ['posts:publish'] },
})

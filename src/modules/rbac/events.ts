import * as z from 'zod'
import { type EventType, defineEvent } from '../../kernel/events.ts'

export const rolePermissionsAdded = defineEvent({
  type: 'rbac.role.permissions_added',
  version: 1,
  since: '0.1.0',
  description: 'A seeded role was given the permissions that a newer release declares.',
  schema: z.object({ role: z.string(), permissions: z.array(z.string()) }),
  example: { role: 'admin', permissions: ['posts:publish'] },
})

const roleEvent = (happened: string, description: string) =>
  defineEvent({
    type: `rbac.role.${happened}`,
    version: 1,
    since: '0.1.0',
    description,
    schema: z.object({ role: z.string() }),
    example: { role: 'draft_editor' },
  })

/** What happens to the roles that a tenant makes. */
export const roleEvents = {
  created: roleEvent('created', 'A role was made.'),
  updated: roleEvent('updated', 'A role’s name or what it permits changed.'),
  deleted: roleEvent('deleted', 'A role that nobody had was deleted.'),
} satisfies Record<string, EventType<{ role: string }>>

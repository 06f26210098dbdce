import { definePermissions } from '../../kernel/permissions.ts'

export const permissions = definePermissions({
  'events:read': ['Read what the outbox owes and its dead letters', ['admin']],
  'events:manage': ['Read payloads of dead letters, redrive and purge them', ['admin']],
})

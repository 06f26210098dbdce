import { definePermissions } from '../../kernel/permissions.ts'

/** Whoever manages endpoints decides where the tenant's events go. */
export const permissions = definePermissions({
  'webhooks:read': ['See webhook endpoints, sources and deliveries', ['admin', 'manager']],
  'webhooks:manage': ['Change webhook endpoints and sources and send webhooks again', ['admin']],
})

import { definePermissions } from '../../kernel/permissions.ts'

/** `tenants:*` reaches every tenant and counts in the control tenant alone; the others reach one's own. */
export const permissions = definePermissions({
  'tenants:read': ['See every tenant', []],
  'tenants:create': ['Create tenants', []],
  'tenants:update': ['Change, suspend and activate tenants and verify their domains', []],
  'tenants:delete': ['Request the deletion of tenants and take it back', []],
  'settings:read': [
    "See the tenant's settings, domains, origins and locales",
    ['admin', 'manager'],
  ],
  'settings:update': ["Change the tenant's settings, domains, origins and locales", ['admin']],
  'modules:read': ["See the tenant's modules", ['admin', 'manager']],
  'modules:update': ["Switch and configure the tenant's modules", ['admin']],
})

import { definePermissions } from '../../kernel/permissions.ts'

/** Those of transfers reach every tenant and count in the control tenant alone. */
export const permissions = definePermissions({
  'transfers:read': ['Read exports of tenants, with all that they hold', []],
  'transfers:run': ['Export, import and clone tenants', []],
  'users:export': ['Export all that the tenant holds on a user', ['admin']],
})

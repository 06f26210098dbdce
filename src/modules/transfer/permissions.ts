import { definePermissions } from '../../kernel/permissions.ts'

/** These reach every tenant and count in the control tenant alone. */
export const permissions = definePermissions({
  'transfers:read': ['Read exports of tenants, with all that they hold', []],
  'transfers:run': ['Export, import and clone tenants', []],
})

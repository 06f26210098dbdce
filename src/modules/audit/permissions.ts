import { definePermissions } from '../../kernel/permissions.ts'

export const permissions = definePermissions({
  'audit:read': ['Read the audit log', ['admin']],
  'audit:export': ['Export the audit log', ['admin']],
  'audit:verify': ['Verify that the audit log is whole', ['admin']],
})

import { definePermissions } from '../../kernel/permissions.ts'

export const permissions = definePermissions({
  'roles:read': ['Read the roles and the permission matrix', ['admin']],
  'roles:sync': ['Bring the seeded roles up to the release', []],
})

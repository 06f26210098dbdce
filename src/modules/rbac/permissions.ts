import { definePermissions } from '../../kernel/permissions.ts'

export const permissions = definePermissions({
  'roles:read': ['Read the roles and the permission matrix', ['admin']],
  'roles:create': ['Make roles', ['admin']],
  'roles:update': ['Change roles and what they permit', ['admin']],
  'roles:delete': ['Delete roles that nobody has', ['admin']],
  'roles:sync': ['Bring the seeded roles up to the release', []],
})

import { definePermissions } from '../../kernel/permissions.ts'

export const permissions = definePermissions({
  'users:create': ['Create users', ['admin']],
  'users:read': ['Read users', ['admin']],
  'users:update': ['Disable and enable users and change their roles', ['admin']],
})

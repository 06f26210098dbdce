import { definePermissions } from '../../kernel/permissions.ts'

export const permissions = definePermissions({
  'users:create': ['Create users', ['admin']],
  'users:read': ['Read users', ['admin']],
  'users:update': ['Change users and their roles, disable and enable them', ['admin']],
  'users:delete': ['Delete users', ['admin']],
  'users:invite': ['Invite users, and see and revoke invitations', ['admin']],
})

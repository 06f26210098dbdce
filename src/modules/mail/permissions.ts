import { definePermissions } from '../../kernel/permissions.ts'

export const permissions = definePermissions({
  'mail:read': ['See sent mails and the suppression list', ['admin']],
  'mail:manage': ['Send mails again, and change the suppression list', ['admin']],
})

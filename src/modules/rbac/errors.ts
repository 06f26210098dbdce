import { defineErrors } from '../../kernel/errors.ts'

export const rbacErrors = defineErrors('rbac', {
  grantTooWide: [403, 'The roles permit more than the caller may grant'],
  slugTaken: [409, 'The tenant has a role of this slug'],
  roleInUse: [409, 'Somebody has the role'],
  systemRole: [409, 'The roles that every tenant starts with stay as they are'],
  tooManyRoles: [409, 'The tenant has as many roles as it may have'],
})

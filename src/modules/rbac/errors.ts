import { defineErrors } from '../../kernel/errors.ts'

export const rbacErrors = defineErrors('rbac', {
  grantTooWide: [403, 'The roles permit more than the caller may grant'],
})

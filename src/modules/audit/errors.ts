import { defineErrors } from '../../kernel/errors.ts'

export const auditErrors = defineErrors('audit', {
  chainBroken: [409, 'The audit log is not what the platform has written'],
})

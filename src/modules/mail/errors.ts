import { defineErrors } from '../../kernel/errors.ts'

export const mailErrors = defineErrors('mail', {
  notResendable: [409, 'The mail cannot be sent again'],
})

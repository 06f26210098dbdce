import { defineErrors } from '../../../kernel/errors.ts'

export const suppressionErrors = defineErrors('mail', {
  alreadySuppressed: [409, 'The address is on the suppression list for this reason already'],
})

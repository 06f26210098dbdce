import { defineErrors } from '../../kernel/errors.ts'

/** Errors of API keys. */
export const apiKeysErrors = defineErrors('keys', {
  addressRefused: [403, 'The key may not be used from this address'],
  tooMany: [409, 'The user has as many keys as there may be'],
  ended: [409, 'The key has ended or was replaced'],
})

import { defineErrors } from '../../kernel/errors.ts'

/** Errors of webhooks in both directions. */
export const webhooksErrors = defineErrors('webhooks', {
  tooMany: [409, 'There is no room for another one'],
  endpointDisabled: [409, 'The endpoint is disabled'],
  deliveryPending: [409, 'The delivery is still on its way'],
  sourceTaken: [409, 'The source exists'],
  signatureRefused: [401, 'The signature is not valid'],
})

import { defineErrors } from '../../kernel/errors.ts'

export const jobsErrors = defineErrors('jobs', {
  stateRefused: [409, 'The job’s state does not allow this'],
  alreadyQueued: [409, 'A job with the same unique key waits or runs'],
})

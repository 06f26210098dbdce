import { defineErrors } from '../../kernel/errors.ts'

/** Errors of schedules and tasks. */
export const schedulesErrors = defineErrors('schedules', {
  nameTaken: [409, 'The name belongs to another schedule'],
  tooMany: [409, 'The tenant has as many schedules as it may have'],
  declared: [409, 'The schedule comes with the release: pause it instead'],
  atOnceOnly: [409, 'The task has secrets that a run in the background would keep'],
})

import { defineErrors } from '../../../kernel/errors.ts'

/** Errors of authors, categories and tags. */
export const taxonomyErrors = defineErrors('blog', {
  nameTaken: [409, 'The slug is taken'],
  inUse: [409, 'Something still names this'],
  parentUnknown: [422, 'The parent category does not exist'],
  parentCycle: [422, 'A category cannot stand below itself or too deep'],
  tooMany: [409, 'There is no room for another one'],
})

import { defineErrors, errors } from '../../../kernel/errors.ts'

const own = defineErrors('blog', {
  slugTaken: [409, 'The slug is taken in this locale'],
  wrongState: [409, 'The post’s status does not allow this'],
  deleteRefused: [409, 'A published post cannot be deleted'],
  lastTranslation: [409, 'A post keeps at least one translation'],
  unknownReference: [422, 'A named author, category or tag does not exist'],
  newTranslation: [422, 'A new translation needs a title and a body'],
  localeDisabled: [422, 'The locale is not enabled for this tenant'],
})

/** Errors of posts. A foreign post and one that never was answer alike: `not_found`. */
export const postErrors = {
  ...own,
  postNotFound: errors.notFound,
  stale: errors.preconditionFailed,
}

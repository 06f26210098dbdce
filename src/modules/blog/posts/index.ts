export { titleKey } from './domain.ts'
export { postEvents } from './events.ts'
export { postErrors } from './errors.ts'
export { type PostTypes, inLocale } from './graphql.ts'
export {
  findPost,
  fullColumns,
  summaryColumns,
  toRecord,
  toSummary,
  withAuthor,
  withCategory,
  withTranslation,
} from './repo.ts'
export {
  type PostSummary,
  localeQuery,
  postSummarySchema,
  slugSchema,
  statusSchema,
} from './schemas.ts'
export { changeStatus } from './service/change-status.ts'
export { presentCover } from './service/cover.ts'
export { presentSummary } from './service/present.ts'
export { findPostItem } from './service/read-posts.ts'
export { canSee, requireVisible } from './service/visibility.ts'
export { postTags, posts, translations } from './tables.ts'
export {
  MASKABLE_FIELDS,
  POST_FIELDS,
  POST_STATUSES,
  type MaskableField,
  type PostRecord,
  type PostStatus,
} from './types.ts'

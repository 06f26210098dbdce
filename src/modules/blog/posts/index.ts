export { titleKey } from './domain.ts'
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
  presentSummary,
  slugSchema,
  statusSchema,
} from './schemas.ts'
export { requireVisible } from './service/read-posts.ts'
export { postTags, posts, translations } from './tables.ts'
export type { PostRecord, PostStatus } from './types.ts'

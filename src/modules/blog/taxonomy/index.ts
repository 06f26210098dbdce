export { nameIn, ownSlug, slugOf, tagsOf } from './domain.ts'
export { taxonomyErrors } from './errors.ts'
export { taxonomyEvent } from './events.ts'
export {
  type NewCategory,
  type NewTag,
  ensureTags,
  findCategory,
  findCategoryIds,
  insertImportedCategories,
  toCategory,
  withIds,
} from './repo.ts'
export { name, slug } from './schemas.ts'
export { type Expected, type WriteDeps, pageBySlug } from './service/shared.ts'
export { writeBySlug } from './service/write-by-slug.ts'
export { categories, tags } from './tables.ts'
export type { Category, Tag } from './types.ts'

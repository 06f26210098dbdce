export { nameIn, slugOf, tagsOf } from './domain.ts'
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
export { type Expected, type WriteDeps, pageBySlug, requireVersion } from './service/shared.ts'
export { categories, tags } from './tables.ts'
export type { Category, Tag } from './types.ts'

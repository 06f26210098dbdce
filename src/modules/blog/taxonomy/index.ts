export { nameIn, slugOf, tagsOf } from './domain.ts'
export {
  type NewAuthor,
  type NewCategory,
  type NewTag,
  ensureTags,
  findAuthor,
  findCategory,
  findTaxonomy,
  insertImportedTaxonomy,
  toCategory,
  withIds,
} from './repo.ts'
export { authors, categories, tags } from './tables.ts'
export type { Author, Category, Tag } from './types.ts'

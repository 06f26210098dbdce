export { type NewAuthor, findAuthor, findAuthorIds, insertImportedAuthors } from './repo.ts'
export { authors } from './tables.ts'
export type { Author } from './types.ts'

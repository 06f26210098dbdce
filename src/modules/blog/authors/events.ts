import { taxonomyEvent } from '../taxonomy/index.ts'

/** What happens to authors. */
export const authorEvents = {
  authorCreated: taxonomyEvent('author', 'created', 'An author was added.'),
  authorUpdated: taxonomyEvent('author', 'updated', 'An author changed.'),
  authorDeleted: taxonomyEvent('author', 'deleted', 'An author was deleted.'),
}

import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

const example = { id: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11', slug: 'news' }
const payload = z.object({ id: z.string(), slug: z.string() })

/** Something that happened to a thing with a slug. */
export const taxonomyEvent = (thing: string, verb: string, description: string) =>
  defineEvent({
    type: `blog.${thing}.${verb}`,
    version: 1,
    since: '0.1.0',
    description,
    schema: payload,
    example,
  })

/** What happens to categories and tags. */
export const taxonomyEvents = {
  categoryCreated: taxonomyEvent('category', 'created', 'A category was added.'),
  categoryUpdated: taxonomyEvent('category', 'updated', 'A category changed.'),
  categoryDeleted: taxonomyEvent('category', 'deleted', 'A category was deleted.'),
  tagRenamed: taxonomyEvent('tag', 'renamed', 'A tag got another name.'),
  tagDeleted: taxonomyEvent('tag', 'deleted', 'A tag was deleted.'),
}

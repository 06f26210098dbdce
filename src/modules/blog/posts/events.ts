import * as z from 'zod'
import { type EventType, defineEvent } from '../../../kernel/events.ts'

const example = {
  postId: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
  slug: 'hello-world',
  locale: 'en',
}
const postPayload = z.object({ postId: z.string(), slug: z.string(), locale: z.string() })

const postEvent = (name: string, description: string) =>
  defineEvent({
    type: `blog.post.${name}`,
    version: 1,
    since: '0.1.0',
    description,
    schema: postPayload,
    example,
  })

/** What happens to posts. */
export const postEvents = {
  created: postEvent('created', 'A post was written.'),
  updated: postEvent('updated', 'A post’s text or attributes changed.'),
  scheduled: postEvent('scheduled', 'A post is to be published at a later instant.'),
  published: postEvent('published', 'A post became visible to everybody.'),
  unpublished: postEvent('unpublished', 'A post became a draft again.'),
  archived: postEvent('archived', 'A post was put away.'),
  restored: postEvent('restored', 'A post was taken out of the archive.'),
  deleted: postEvent('deleted', 'A post was deleted for ever.'),
} satisfies Record<string, EventType<z.infer<typeof postPayload>>>

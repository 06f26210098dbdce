import { AppError } from '../../../kernel/errors.ts'
import { type Transitions, nextState } from '../../../kernel/fsm.ts'
import { postErrors } from './errors.ts'
import { POST_FIELDS, type PostCore, type PostField, type PostStatus } from './types.ts'

/** What can be done to a post's status. */
export type PostAction = 'publish' | 'unpublish' | 'archive' | 'restore'

/**
 * The life of a post. Scheduling is no state: a draft with `publishAt` is published when due, and
 * unpublishing calls that off.
 */
export const postTransitions: Transitions<PostStatus, PostAction> = {
  publish: { from: ['draft'], to: 'published' },
  unpublish: { from: ['published', 'draft'], to: 'draft' },
  archive: { from: ['draft', 'published'], to: 'archived' },
  restore: { from: ['archived'], to: 'draft' },
}

/** The columns that a change of status sets. */
export type StatusChange = Pick<PostCore, 'status' | 'publishAt' | 'publishedAt'>

/**
 * Decides an action on a post. Publishing for a later instant keeps the draft and schedules it;
 * without an instant the post gets the date that it had, if any. Throws `blog.wrong_state` when the
 * table does not allow the action, and for unpublishing a draft that is not scheduled.
 */
export function decideStatus(
  post: StatusChange,
  action: PostAction,
  now: number,
  publishAt?: number,
): StatusChange {
  const status = nextState(postTransitions, post.status, action)
  if (!status || (action === 'unpublish' && !canUnpublish(post))) {
    throw new AppError(postErrors.wrongState, {
      detail: `A post that is ${post.status} cannot be asked to ${action}.`,
    })
  }
  const { publishedAt } = post
  if (action !== 'publish') return { status, publishAt: null, publishedAt }
  if (publishAt !== undefined && publishAt > now) return { status: 'draft', publishAt, publishedAt }
  return { status, publishAt: null, publishedAt: publishAt ?? publishedAt ?? now }
}

/** A draft is unpublished only where there is a schedule to call off. */
function canUnpublish({ status, publishAt }: StatusChange): boolean {
  return status !== 'draft' || publishAt !== null
}

/** The instant that orders a post in lists. */
export function sortInstant(post: Pick<PostCore, 'publishedAt' | 'createdAt'>): number {
  return post.publishedAt ?? post.createdAt
}

/** Refuses to delete what readers can see. */
export function requireDeletable(post: Pick<PostCore, 'status'>): void {
  if (post.status === 'published') throw new AppError(postErrors.deleteRefused)
}

/** A title folded for search by prefix: compatibility form, lower case, single spaces, no accents. */
export function titleKey(title: string): string {
  return title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** The fields that an input sets, as rules of permissions name them. */
export function fieldsOf(input: object): PostField[] {
  const given = Object.entries(input).flatMap(([name, value]) => (value === undefined ? [] : name))
  return POST_FIELDS.filter((field) => given.includes(field) || given.includes(`${field}Id`))
}

/** The fields of a post's texts. */
export const TEXT_FIELDS: readonly PostField[] = ['slug', 'title', 'excerpt', 'body', 'seo']

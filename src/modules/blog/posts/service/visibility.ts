import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { type Item, reachedFields } from '../../../../kernel/grants.ts'
import { rulesOf, userIdOf } from '../../../../kernel/permissions.ts'
import { postErrors } from '../errors.ts'
import type { MaskableField, PostCore, PostRecord } from '../types.ts'

type Caller = Pick<RequestContext, 'principal'>

/** What the rules of permissions look at of a post. */
export type PostItem = Pick<PostCore, 'status' | 'createdBy'>

/** A post as the rules of permissions see it. */
export function itemOf({ status, createdBy }: PostItem): Item {
  return { status, ownerId: createdBy }
}

/**
 * The fields of a post that the caller may see; undefined when it may not know of the post. Published
 * posts are public as a whole, others are shown by `posts:read` and its rules.
 */
export function visibleFields(
  { principal }: Caller,
  post: PostItem,
): readonly string[] | 'all' | undefined {
  if (post.status === 'published') return 'all'
  return reachedFields(rulesOf(principal, 'posts:read'), userIdOf(principal), itemOf(post))
}

/** Whether the caller may see these fields of the post; without any, whether it may know of it. */
export function canSee(ctx: Caller, post: PostItem, ...fields: MaskableField[]): boolean {
  const visible = visibleFields(ctx, post)
  if (visible === undefined || visible === 'all') return visible === 'all'
  return fields.every((field) => visible.includes(field))
}

/** Throws 404 unless there is a post of which the caller may know. */
export function requireVisible(ctx: Caller, post: PostRecord | undefined): PostRecord {
  if (!post || !canSee(ctx, post)) throw new AppError(postErrors.postNotFound)
  return post
}

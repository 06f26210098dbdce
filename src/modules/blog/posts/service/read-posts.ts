import type { RequestContext } from '../../../../kernel/context.ts'
import { invalid } from '../../../../kernel/errors.ts'
import type { Item } from '../../../../kernel/grants.ts'
import { may, userIdOf } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { permissionNamed } from '../../../rbac/index.ts'
import { findPost, findPostBySlug, toRecord } from '../repo.ts'
import type { Post, PostSummary } from '../schemas.ts'
import type { PostRecord } from '../types.ts'
import { presentPost } from './present.ts'
import { type PostItem, canSee, itemOf, requireVisible } from './visibility.ts'

type ReadDeps = Pick<Deps, 'db'>

/** One post by id, in the best locale. Throws 404 when the caller may not know of it. */
export async function getPost(
  deps: ReadDeps,
  ctx: RequestContext,
  input: { id: string },
): Promise<Post> {
  return presentPost(ctx, requireVisible(ctx, await findRecord(deps, ctx, input.id)))
}

/** One post by the slug of any of the locales to try; 404 also for a slug that the caller may not see. */
export async function getPostBySlug(
  deps: ReadDeps,
  ctx: RequestContext,
  input: { slug: string },
): Promise<Post> {
  const locales = JSON.stringify(ctx.locales)
  const row = await deps.db.first(
    findPostBySlug({ tenantId: ctx.tenant.id, slug: input.slug, locales }),
  )
  return presentPost(ctx, requireVisible(ctx, row && toRecord(row)))
}

/** A post for the rules of permissions; undefined when the caller may not know of it. */
export async function findPostItem(
  deps: ReadDeps,
  ctx: RequestContext,
  id: string,
): Promise<Item | undefined> {
  const post = await findRecord(deps, ctx, id)
  return post && canSee(ctx, post) ? itemOf(post) : undefined
}

async function findRecord(
  deps: ReadDeps,
  ctx: RequestContext,
  id: string,
): Promise<PostRecord | undefined> {
  const values = { tenantId: ctx.tenant.id, id, locales: JSON.stringify(ctx.locales) }
  const row = await deps.db.first(findPost(values))
  return row && toRecord(row)
}

/**
 * Whether the caller may do something to a post that was answered, and to these of its fields. No trip.
 * Throws `invalid_input` for a permission that is not about posts.
 */
export function canDo(
  deps: Pick<Deps, 'modules'>,
  ctx: RequestContext,
  input: { post: Answered; permission: string; fields: readonly string[] },
): boolean {
  const { post, permission, fields } = input
  if (permissionNamed(deps.modules, permission)?.rules?.item !== 'blog.post')
    throw invalid('/permission', 'is not a permission on posts')
  return may(ctx, permission, { ...itemOf(itemOfAnswer(ctx, post)), fields })
}

/** What is left of a post in an answer that rules look at. */
export type Answered = Pick<PostSummary, 'status' | 'isOwn'>

/** An answered post for the rules of permissions; its owner only where that is the caller. */
export function itemOfAnswer(
  { principal }: Pick<RequestContext, 'principal'>,
  { status, isOwn }: Answered,
): PostItem {
  return { status, createdBy: isOwn ? (userIdOf(principal) ?? null) : null }
}

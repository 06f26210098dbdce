import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { scopeOf, userIdOf } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { postErrors } from '../errors.ts'
import { findPost, findPostBySlug, findText, toRecord } from '../repo.ts'
import { type Post, type PostSummary, presentPost } from '../schemas.ts'
import type { PostCore, PostRecord } from '../types.ts'

type ReadDeps = Pick<Deps, 'db'>

/** Whether the caller may see a post: published ones are public, others need `posts:read`. */
export function canSee(
  ctx: Pick<RequestContext, 'principal'>,
  post: Pick<PostCore, 'status' | 'createdBy'>,
): boolean {
  if (post.status === 'published') return true
  const scope = scopeOf(ctx.principal, 'posts:read')
  const isOwn = post.createdBy !== null && post.createdBy === userIdOf(ctx.principal)
  return scope === 'any' || (scope === 'own' && isOwn)
}

/** One post by id, in the best locale. Throws 404 when the caller may not know of it. */
export async function getPost(
  deps: ReadDeps,
  ctx: RequestContext,
  input: { id: string },
): Promise<Post> {
  return presentPost(await loadPost(deps, ctx, input.id), ctx.locales)
}

/** As `getPost`, as the record that other services decide on. */
export async function loadPost(
  deps: ReadDeps,
  ctx: RequestContext,
  id: string,
): Promise<PostRecord> {
  const row = await deps.db.first(
    findPost({ tenantId: ctx.tenant.id, id, locales: JSON.stringify(ctx.locales) }),
  )
  return requireVisible(ctx, row && toRecord(row))
}

/** One post by the slug of any of the locales to try. */
export async function getPostBySlug(
  deps: ReadDeps,
  ctx: RequestContext,
  input: { slug: string },
): Promise<Post> {
  const locales = JSON.stringify(ctx.locales)
  const row = await deps.db.first(
    findPostBySlug({ tenantId: ctx.tenant.id, slug: input.slug, locales }),
  )
  return presentPost(requireVisible(ctx, row && toRecord(row)), ctx.locales)
}

/** Throws 404 unless there is a post that the caller may see. */
export function requireVisible(ctx: RequestContext, post: PostRecord | undefined): PostRecord {
  if (!post || !canSee(ctx, post)) throw new AppError(postErrors.postNotFound)
  return post
}

/** A post's Markdown and HTML in the locale in which it was found. */
export async function loadText(
  deps: ReadDeps,
  ctx: RequestContext,
  post: Pick<PostSummary, 'id' | 'locale'>,
): Promise<{ body: string; html: string }> {
  const text = await deps.db.first(
    findText({ tenantId: ctx.tenant.id, id: post.id, locale: post.locale }),
  )
  if (!text) throw new AppError(postErrors.postNotFound)
  return text
}

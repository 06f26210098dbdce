import type { RequestContext } from '../../../../kernel/context.ts'
import { scopeOf, userIdOf } from '../../../../kernel/permissions.ts'
import type { Page } from '../../../../kernel/schemas.ts'
import type { SqlValue } from '../../../../kernel/statement.ts'
import type { Deps } from '../../../../ports/deps.ts'
import {
  type PostStatus,
  type PostSummary,
  presentSummary,
  titleKey,
  toSummary,
} from '../../posts/index.ts'
import { type ListShape, listPosts as listPostsQuery } from '../repo.ts'
import type { PostListInput } from '../schemas.ts'

/**
 * A page of posts, newest first, or by title when `q` is given. Callers without `posts:read` see the
 * published ones, whatever status they ask for.
 */
export async function listPosts(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PostListInput,
): Promise<Page<PostSummary>> {
  const visibility = visibilityOf(ctx, input.status)
  const scope = scopeKey(ctx, input, visibility)
  const after =
    input.cursor === undefined ? undefined : await deps.cursors.decode(scope, input.cursor)
  const rows = await deps.db.read(
    listPostsQuery(shapeOf(input, visibility, after), valuesOf(ctx, input, visibility, after)),
  )
  const page = rows.slice(0, input.limit)
  const last = page.at(-1)
  const nextCursor =
    rows.length > input.limit && last
      ? await deps.cursors.encode(scope, [last.position, last.id])
      : null
  return { items: page.map((row) => presentSummary(toSummary(row), ctx.locales)), nextCursor }
}

interface Visibility {
  readonly status: PostStatus | undefined
  readonly visibleTo: string | undefined
}

function visibilityOf(ctx: RequestContext, wanted: PostStatus | undefined): Visibility {
  const scope = scopeOf(ctx.principal, 'posts:read')
  if (scope === 'any') return { status: wanted, visibleTo: undefined }
  if (scope === 'own') return { status: wanted, visibleTo: userIdOf(ctx.principal) }
  return { status: 'published', visibleTo: undefined }
}

function scopeKey(ctx: RequestContext, input: PostListInput, visibility: Visibility): string {
  const { category, author, tag, q } = input
  const locale = q === undefined ? null : ctx.locales[0]
  return `${ctx.tenant.id} posts ${JSON.stringify([visibility, category, author, tag, q, locale])}`
}

function shapeOf(
  input: PostListInput,
  visibility: Visibility,
  after: readonly SqlValue[] | undefined,
): ListShape {
  return {
    status: visibility.status !== undefined,
    visibleTo: visibility.visibleTo !== undefined,
    category: input.category !== undefined,
    author: input.author !== undefined,
    tag: input.tag !== undefined,
    prefix: input.q !== undefined,
    after: after !== undefined,
  }
}

function valuesOf(
  ctx: RequestContext,
  input: PostListInput,
  visibility: Visibility,
  after: readonly SqlValue[] = [],
): Record<string, SqlValue> {
  const key = titleKey(input.q ?? '')
  return {
    tenantId: ctx.tenant.id,
    locales: JSON.stringify(ctx.locales),
    limit: input.limit + 1,
    status: visibility.status ?? null,
    visibleTo: visibility.visibleTo ?? null,
    category: input.category ?? null,
    author: input.author ?? null,
    tag: input.tag ?? null,
    locale: ctx.locales[0],
    from: key,
    to: `${key}\u{10FFFF}`,
    position: after[0] ?? null,
    afterId: after[1] ?? null,
  }
}

import type { RequestContext } from '../../../../kernel/context.ts'
import { requirePermission, scopeOf, userIdOf } from '../../../../kernel/permissions.ts'
import type { Page } from '../../../../kernel/schemas.ts'
import type { SqlValue } from '../../../../kernel/statement.ts'
import type { Deps } from '../../../../ports/deps.ts'
import {
  MASKABLE_FIELDS,
  POST_STATUSES,
  type MaskableField,
  type PostStatus,
  type PostSummary,
  canSee,
  presentSummary,
  titleKey,
  toSummary,
} from '../../posts/index.ts'
import { type ListShape, listPosts as listPostsQuery } from '../repo.ts'
import type { PostListInput } from '../schemas.ts'

/**
 * A page of posts, newest first, or by title when `q` is given. Callers without `posts:read` see the
 * published ones; others those that its rules reach, with the fields that are filtered by. Throws 401
 * and 403 for another status without `posts:read`.
 */
export async function listPosts(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PostListInput,
): Promise<Page<PostSummary>> {
  const visibility = visibilityOf(ctx, input)
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
  return { items: page.map((row) => presentSummary(ctx, toSummary(row))), nextCursor }
}

/** Which posts the caller may be told of; without `seen` all of them. */
interface Visibility {
  readonly status: PostStatus | undefined
  readonly seen?: readonly PostStatus[]
  /** The statuses of the caller’s own posts. */
  readonly seenOwn?: readonly PostStatus[]
}

function visibilityOf(ctx: RequestContext, input: PostListInput): Visibility {
  const { status } = input
  if (status !== undefined && status !== 'published') requirePermission(ctx, 'posts:read')
  if (scopeOf(ctx.principal, 'posts:read') === 'none') return { status: 'published' }
  const fields = filteredBy(input)
  const seenOf = (createdBy: string | null) =>
    POST_STATUSES.filter((one) => canSee(ctx, { status: one, createdBy }, ...fields))
  const seen = seenOf(null)
  if (seen.length === POST_STATUSES.length) return { status }
  return { status, seen, seenOwn: seenOf(userIdOf(ctx.principal) ?? null) }
}

/** What the filters tell of the posts that pass them and that may be masked. */
function filteredBy({ category, author }: PostListInput): MaskableField[] {
  const asked: Partial<Record<MaskableField, string | undefined>> = { category, author }
  return MASKABLE_FIELDS.filter((field) => asked[field] !== undefined)
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
    seen: visibility.seen !== undefined,
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
    seen: JSON.stringify(visibility.seen ?? []),
    seenOwn: JSON.stringify(visibility.seenOwn ?? []),
    me: userIdOf(ctx.principal) ?? null,
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

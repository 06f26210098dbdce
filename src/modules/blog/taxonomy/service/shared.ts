import type { RequestContext } from '../../../../kernel/context.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Query, SqlValue } from '../../../../kernel/statement.ts'
import type { ExpectedVersion } from '../../../../kernel/version.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'

export type WriteDeps = Pick<Deps, CommitPort>

/** The version that the client has seen, from `If-Match`. */
export interface Expected {
  readonly ifMatch: ExpectedVersion
}

/** A page of things that have a slug, in its order. */
export async function pageBySlug<Item extends { readonly slug: string }>(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  list: string,
  input: PageQuery,
  query: (values: Readonly<Record<string, SqlValue>>) => Query<Item>,
): Promise<Page<Item>> {
  const scope = `${ctx.tenant.id} ${list}`
  const [after = ''] =
    input.cursor === undefined ? [] : await deps.cursors.decode(scope, input.cursor)
  const rows = await deps.db.read(query({ tenantId: ctx.tenant.id, after, limit: input.limit + 1 }))
  const items = rows.slice(0, input.limit)
  const last = items.at(-1)
  const hasMore = rows.length > input.limit && last !== undefined
  return { items, nextCursor: hasMore ? await deps.cursors.encode(scope, [last.slug]) : null }
}

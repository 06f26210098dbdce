import type { Page, PageQuery } from '../../../kernel/schemas.ts'
import type { Deps } from '../../../ports/deps.ts'

/**
 * A page of a list that is short enough to be read whole, by key. `scope` names the list in the
 * cursor.
 */
export async function pageByKey<Item>(
  deps: Pick<Deps, 'cursors'>,
  scope: string,
  query: PageQuery,
  list: { readonly items: readonly Item[]; readonly keyOf: (item: Item) => string },
): Promise<Page<Item>> {
  const { items, keyOf } = list
  const [after = ''] =
    query.cursor === undefined ? [] : await deps.cursors.decode(scope, query.cursor)
  const rest = items
    .filter((item) => keyOf(item) > String(after))
    .sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
  const page = rest.slice(0, query.limit)
  const last = rest.length > page.length ? page.at(-1) : undefined
  return { items: page, nextCursor: last ? await deps.cursors.encode(scope, [keyOf(last)]) : null }
}

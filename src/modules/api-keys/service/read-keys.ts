import type { RequestContext } from '../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../kernel/cursor.ts'
import type { Item } from '../../../kernel/grants.ts'
import { may, requirePermission, scopeOf, userIdOf } from '../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../kernel/schemas.ts'
import type { Deps } from '../../../ports/deps.ts'
import { findKeyRow, findKeyRows, toKey } from '../repo.ts'
import type { KeyDto } from '../schemas.ts'
import { keyDto, loadKey } from './shared.ts'

/** The keys that the caller may see, newest first: all of the tenant, or the caller's own. */
export async function listKeys(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<KeyDto>> {
  requirePermission(ctx, 'keys:read')
  const { limit, cursor } = input
  const isOwn = scopeOf(ctx.principal, 'keys:read') === 'some'
  const userId = isOwn ? (userIdOf(ctx.principal) ?? '') : ''
  const scope = `${ctx.tenant.id} keys ${userId}`
  const [before = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const values = { tenantId: ctx.tenant.id, before, limit: limit + 1 }
  const rows = await deps.db.read(findKeyRows(isOwn, isOwn ? { ...values, userId } : values))
  const items = rows.slice(0, limit).map((row) => keyDto(toKey(row)))
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** One key. Throws 404, and 403 for somebody else's where the caller may see its own only. */
export async function getKey(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<KeyDto> {
  return keyDto(await loadKey(deps, ctx, id, 'keys:read'))
}

/** A key for the rules of permissions; undefined for one that the caller may not read. */
export async function keyItem(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  id: string,
): Promise<Item | undefined> {
  const row = await deps.db.first(findKeyRow({ tenantId: ctx.tenant.id, id }))
  const item = row && { ownerId: row.userId }
  return item && may(ctx, 'keys:read', item) ? item : undefined
}

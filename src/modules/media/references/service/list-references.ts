import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { findPresence, findReferences } from '../repo.ts'
import type { ReferenceDto } from '../schemas.ts'

/** A page of the things that show an asset, by kind and id. Throws 404. */
export async function listReferences(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  { id, limit, cursor }: PageQuery & { readonly id: string },
): Promise<Page<ReferenceDto>> {
  requirePermission(ctx, 'media:read')
  const tenantId = ctx.tenant.id
  const scope = `${tenantId} media references ${id}`
  const after = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const [asset, rows] = await Promise.all([
    deps.db.first(findPresence(tenantId, id)),
    deps.db.read(findReferences(tenantId, id, limit + 1, after)),
  ])
  if (!asset) throw new AppError(errors.notFound)
  const last = rows[limit - 1]
  const nextCursor =
    rows.length > limit && last
      ? await deps.cursors.encode(scope, [last.ownerType, last.ownerId, last.place])
      : null
  return { items: rows.slice(0, limit), nextCursor }
}

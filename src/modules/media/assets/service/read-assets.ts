import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page } from '../../../../kernel/schemas.ts'
import type { SqlValue } from '../../../../kernel/statement.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { settingsOf } from '../../domain.ts'
import { findTotal } from '../../objects/index.ts'
import { nameKey, tagsOf } from '../domain.ts'
import {
  type ListShape,
  findAsset,
  listAssets as listQuery,
  listFiles as filesQuery,
  toAsset,
  toFile,
} from '../repo.ts'
import type { AssetDto, AssetFilter, AssetListInput, FileDto, UsageDto } from '../schemas.ts'
import { presentAsset, presentFile } from './present.ts'

/** A page of assets of one state, newest first, or by name when `q` is given. */
export async function listAssets(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: AssetListInput,
): Promise<Page<AssetDto>> {
  requirePermission(ctx, 'media:read')
  const { tag, folder, kind, state, q, sha256, cursor, limit } = input
  const scope = `${ctx.tenant.id} media ${JSON.stringify([tag, folder, kind, state, q, sha256])}`
  const after = cursor === undefined ? undefined : await deps.cursors.decode(scope, cursor)
  const rows = await deps.db.read(assetsAfter(ctx, input, limit + 1, after))
  const last = rows[limit - 1]
  const nextCursor =
    rows.length > limit && last ? await deps.cursors.encode(scope, [last.nameKey, last.id]) : null
  return { items: rows.slice(0, limit).map((row) => presentAsset(toAsset(row))), nextCursor }
}

/** So many assets as a filter wants them, behind a position: the folded name and the id of one. */
export function assetsAfter(
  { tenant }: Pick<RequestContext, 'tenant'>,
  { tag, folder, kind, state, q, sha256 }: AssetFilter,
  limit: number,
  after?: readonly SqlValue[],
): ReturnType<typeof listQuery> {
  const shape: ListShape = {
    tag: tag !== undefined,
    folder: folder === undefined ? 'any' : folder === 'none' ? 'none' : 'one',
    kind: kind !== undefined,
    bytes: sha256 !== undefined,
    prefix: q !== undefined,
    after: after !== undefined,
  }
  const key = nameKey(q ?? '')
  const [position, afterId] = after ?? []
  return listQuery(shape, {
    tenantId: tenant.id,
    state,
    tag: tagsOf([tag ?? ''])[0] ?? '',
    folderId: folder ?? null,
    kind: kind ?? null,
    sha256: sha256 ?? null,
    from: key,
    to: `${key}\u{10FFFF}`,
    position: position ?? '',
    afterId: afterId ?? BEYOND_IDS,
    limit,
  })
}

/** One asset, in the trash or not. Throws 404. */
export async function getAsset(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<AssetDto> {
  requirePermission(ctx, 'media:read')
  const row = await deps.db.first(findAsset({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  return presentAsset(toAsset(row))
}

/** The files that an asset has had, newest first; at most `limits.media.files`. Throws 404. */
export async function listFiles(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<{ items: FileDto[]; nextCursor: null }> {
  requirePermission(ctx, 'media:read')
  const tenantId = ctx.tenant.id
  const [asset, rows] = await Promise.all([
    deps.db.first(findAsset({ tenantId, id })),
    deps.db.read(filesQuery({ tenantId, assetId: id, limit: limits.media.files })),
  ])
  if (!asset) throw new AppError(errors.notFound)
  return { items: rows.map((row) => presentFile(asset, toFile(row))), nextCursor: null }
}

/** What the tenant’s files use of what they may. */
export async function getUsage(deps: Pick<Deps, 'db'>, ctx: RequestContext): Promise<UsageDto> {
  requirePermission(ctx, 'media:read')
  const total = await deps.db.first(findTotal(ctx.tenant.id))
  return { bytes: total?.bytes ?? 0, quotaBytes: settingsOf(ctx).quotaBytes }
}

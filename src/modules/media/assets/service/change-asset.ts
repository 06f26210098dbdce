import { changesBetween } from '../../../../kernel/changes.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, type ErrorDefinition, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { mediaErrors } from '../../errors.ts'
import { tagsOf } from '../domain.ts'
import { assetEvents } from '../events.ts'
import { findAsset, toAsset, updateAsset as updateWrites } from '../repo.ts'
import type { AssetDto, UpdateAssetInput } from '../schemas.ts'
import type { Asset, AssetState } from '../types.ts'
import { presentAsset } from './present.ts'

type WriteDeps = Pick<Deps, CommitPort>

/** Names an asset and the version of it that the client has seen. */
export interface Target {
  readonly id: string
  readonly ifMatch: number | '*' | undefined
}

/** What an audit row tells of an asset. */
export const AUDITED = [
  'name',
  'visibility',
  'folderId',
  'tags',
  'texts',
  'focalX',
  'focalY',
] as const

/** Throws 412 when the client has seen another version, and when the asset is of another state. */
export function requireTarget(asset: Asset, { ifMatch }: Target, state: AssetState): void {
  if (typeof ifMatch === 'number' && ifMatch !== asset.version)
    throw new AppError(errors.preconditionFailed)
  const refusal: ErrorDefinition = state === 'ready' ? mediaErrors.inTrash : mediaErrors.notInTrash
  if (asset.state !== state) throw new AppError(refusal)
}

async function loadAsset(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  target: Target,
  state: AssetState,
): Promise<Asset> {
  const row = await deps.db.first(findAsset({ tenantId: ctx.tenant.id, id: target.id }))
  if (!row) throw new AppError(errors.notFound)
  const asset = toAsset(row)
  requireTarget(asset, target, state)
  return asset
}

/**
 * Changes what is said of an asset; what is absent stays. Throws 404, 412, `media.in_trash` and
 * `media.folder_unknown`.
 */
export async function updateAsset(
  deps: WriteDeps,
  ctx: RequestContext,
  { id, ifMatch, ...patch }: UpdateAssetInput & Target,
): Promise<AssetDto> {
  requirePermission(ctx, 'media:update')
  const before = await loadAsset(deps, ctx, { id, ifMatch }, 'ready')
  return commitAsset(deps, ctx, before, 'updated', {
    name: patch.name ?? before.name,
    visibility: patch.visibility ?? before.visibility,
    folderId: patch.folderId === undefined ? before.folderId : patch.folderId,
    tags: patch.tags ? tagsOf(patch.tags) : before.tags,
    texts: patch.texts ?? before.texts,
    focalX: patch.focalPoint?.x ?? before.focalX,
    focalY: patch.focalPoint?.y ?? before.focalY,
  })
}

/** Moves an asset to the trash: its files are served no more. Throws 404, 412 and `media.in_trash`. */
export async function trashAsset(
  deps: WriteDeps,
  ctx: RequestContext,
  target: Target,
): Promise<void> {
  requirePermission(ctx, 'media:delete')
  const before = await loadAsset(deps, ctx, target, 'ready')
  await commitAsset(deps, ctx, before, 'trashed', { state: 'trashed', trashedAt: ctx.now })
}

/** Takes an asset out of the trash. Throws 404, 412 and `media.not_in_trash`. */
export async function restoreAsset(
  deps: WriteDeps,
  ctx: RequestContext,
  target: Target,
): Promise<AssetDto> {
  requirePermission(ctx, 'media:delete')
  const before = await loadAsset(deps, ctx, target, 'trashed')
  return commitAsset(deps, ctx, before, 'restored', { state: 'ready', trashedAt: null })
}

async function commitAsset(
  deps: WriteDeps,
  ctx: RequestContext,
  before: Asset,
  happened: 'updated' | 'trashed' | 'restored',
  patch: Partial<Asset>,
): Promise<AssetDto> {
  const after: Asset = { ...before, ...patch, version: before.version + 1, updatedAt: ctx.now }
  const { id, version } = after
  const event = assetEvents[happened]
  return commit(deps, ctx, {
    writes: updateWrites(ctx.tenant.id, after, before),
    events: [eventOf(event, { type: 'media.asset', id, version }, { id })],
    audit: {
      action: event.type,
      targetType: 'media.asset',
      targetId: id,
      changes: changesBetween(before, after, AUDITED),
    },
    result: presentAsset(after),
    refusals: { '': mediaErrors.folderUnknown },
  })
}

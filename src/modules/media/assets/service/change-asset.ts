import { changesBetween } from '../../../../kernel/changes.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, type ErrorDefinition, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import { type ExpectedVersion, requireVersion } from '../../../../kernel/version.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { mediaErrors } from '../../errors.ts'
import { type RemovalDto, findReferences, inUse, requireUnused } from '../../references/index.ts'
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
  readonly ifMatch: ExpectedVersion
}

/** An asset that is to be removed, also when something shows it. */
export interface Removal extends Target {
  readonly force: boolean
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
  requireVersion(asset.version, ifMatch)
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
export function updateAsset(
  deps: WriteDeps,
  ctx: RequestContext,
  { id, ifMatch, ...input }: UpdateAssetInput & Target,
): Promise<AssetDto> {
  return patchAsset(deps, ctx, { id, ifMatch }, () => input)
}

/** As `updateAsset`, by what is made of the asset as it is; undefined leaves it so. */
export async function patchAsset(
  deps: WriteDeps,
  ctx: RequestContext,
  target: Target,
  make: (asset: Asset) => UpdateAssetInput | undefined,
): Promise<AssetDto> {
  requirePermission(ctx, 'media:update')
  const before = await loadAsset(deps, ctx, target, 'ready')
  const patch = make(before)
  if (!patch) return presentAsset(before)
  return saveAsset(deps, ctx, before, 'updated', {
    name: patch.name ?? before.name,
    visibility: patch.visibility ?? before.visibility,
    folderId: patch.folderId === undefined ? before.folderId : patch.folderId,
    tags: patch.tags ? tagsOf(patch.tags) : before.tags,
    texts: patch.texts ?? before.texts,
    focalX: patch.focalPoint?.x ?? before.focalX,
    focalY: patch.focalPoint?.y ?? before.focalY,
  })
}

/**
 * Moves an asset to the trash: its files are served no more. Throws 404, 412, `media.in_trash`, and
 * `media.in_use` unless it is forced.
 */
export async function trashAsset(
  deps: WriteDeps,
  ctx: RequestContext,
  target: Removal,
): Promise<RemovalDto> {
  requirePermission(ctx, 'media:delete')
  const [before, used] = await Promise.all([
    loadAsset(deps, ctx, target, 'ready'),
    loadUses(deps, ctx, target),
  ])
  const patch = { state: 'trashed', trashedAt: ctx.now } as const
  const removal = removalOf(ctx, target, used)
  return commitAsset(deps, ctx, before, { happened: 'trashed', patch, ...removal })
}

/** What shows an asset that is to be removed: the first hundred, or ten to be named by the refusal. */
export function loadUses(
  { db }: Pick<Deps, 'db'>,
  { tenant }: RequestContext,
  { id, force }: Removal,
): Promise<RemovalDto['broken']> {
  return db.read(findReferences(tenant.id, id, force ? limits.media.broken : 10))
}

/**
 * What a removal answers, and what keeps an asset that comes into use meanwhile. Throws `media.in_use`
 * unless it is forced.
 */
export function removalOf(
  { tenant }: RequestContext,
  { id, force }: Removal,
  broken: RemovalDto['broken'],
): { readonly guards: Write[]; readonly result: RemovalDto } {
  if (broken.length > 0 && !force) throw inUse(broken)
  return { guards: force ? [] : [requireUnused(tenant.id, id)], result: { broken } }
}

/** Takes an asset out of the trash. Throws 404, 412 and `media.not_in_trash`. */
export async function restoreAsset(
  deps: WriteDeps,
  ctx: RequestContext,
  target: Target,
): Promise<AssetDto> {
  requirePermission(ctx, 'media:delete')
  const before = await loadAsset(deps, ctx, target, 'trashed')
  return saveAsset(deps, ctx, before, 'restored', { state: 'ready', trashedAt: null })
}

function saveAsset(
  deps: WriteDeps,
  ctx: RequestContext,
  before: Asset,
  happened: 'updated' | 'restored',
  patch: Partial<Asset>,
): Promise<AssetDto> {
  const result = presentAsset(changed(ctx, before, patch))
  return commitAsset(deps, ctx, before, { happened, patch, guards: [], result })
}

function changed({ now }: RequestContext, before: Asset, patch: Partial<Asset>): Asset {
  return { ...before, ...patch, version: before.version + 1, updatedAt: now }
}

function commitAsset<Result>(
  deps: WriteDeps,
  ctx: RequestContext,
  before: Asset,
  change: {
    readonly happened: 'updated' | 'trashed' | 'restored'
    readonly patch: Partial<Asset>
    readonly guards: readonly Write[]
    readonly result: Result
  },
): Promise<Result> {
  const after = changed(ctx, before, change.patch)
  const { id, version } = after
  const event = assetEvents[change.happened]
  return commit(deps, ctx, {
    writes: [...change.guards, ...updateWrites(ctx.tenant.id, after, before)],
    events: [eventOf(event, { type: 'media.asset', id, version }, { id })],
    audit: {
      action: event.type,
      targetType: 'media.asset',
      targetId: id,
      changes: changesBetween(before, after, AUDITED),
    },
    result: change.result,
    refusals: { '': mediaErrors.folderUnknown, unused: mediaErrors.inUse },
  })
}

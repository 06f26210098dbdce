import { toRfc3339, toRfc3339OrNull } from '../../../../kernel/clock.ts'
import { pathOfFile } from '../../domain.ts'
import { addressesOf } from '../../variants/index.ts'
import type { AssetDto, FileDto } from '../schemas.ts'
import type { Asset, AssetFile } from '../types.ts'

/** A file as clients see it: without its place in the store. */
export function presentFile(
  asset: Pick<Asset, 'id' | 'name' | 'focalX' | 'focalY'>,
  file: AssetFile,
): FileDto {
  const { objectId: _, picture, ...rest } = file
  return {
    ...rest,
    takenAt: picture?.takenAt ?? null,
    cameraMake: picture?.cameraMake ?? null,
    cameraModel: picture?.cameraModel ?? null,
    ...addressesOf(asset, file),
    url: pathOfFile(asset.id, file.number, asset.name),
    createdAt: toRfc3339(file.createdAt),
  }
}

/** An asset as clients see it. */
export function presentAsset(asset: Asset): AssetDto {
  const { id, state, visibility, kind, name, folderId, createdBy, version } = asset
  return {
    id,
    state,
    visibility,
    kind,
    name,
    folderId,
    tags: [...asset.tags],
    texts: { ...asset.texts },
    focalPoint: { x: asset.focalX, y: asset.focalY },
    file: presentFile(asset, asset.file),
    createdBy,
    version,
    createdAt: toRfc3339(asset.createdAt),
    updatedAt: toRfc3339(asset.updatedAt),
    trashedAt: toRfc3339OrNull(asset.trashedAt),
  }
}

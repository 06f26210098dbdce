import { toRfc3339, toRfc3339OrNull } from '../../../../kernel/clock.ts'
import { pathOfFile } from '../../domain.ts'
import type { AssetDto, FileDto } from '../schemas.ts'
import type { Asset, AssetFile } from '../types.ts'

/** A file as clients see it: without its place in the store. */
export function presentFile({ id, name }: Pick<Asset, 'id' | 'name'>, file: AssetFile): FileDto {
  const { objectId: _, ...rest } = file
  return {
    ...rest,
    url: pathOfFile(id, file.number, name),
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

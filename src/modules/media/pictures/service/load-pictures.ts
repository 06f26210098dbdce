import type { RequestContext } from '../../../../kernel/context.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { findAssets, toAsset } from '../../assets/index.ts'
import { pictureOf } from '../domain.ts'
import type { ReadPicture } from '../types.ts'

/**
 * Those of the assets that are ready pictures which anybody may see, by id. No trip for none. Asks for
 * no permission: whoever names the id of a picture could read its file as well.
 */
export async function loadPictures(
  { db }: Pick<Deps, 'db'>,
  { tenant }: Pick<RequestContext, 'tenant'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadPicture>> {
  if (ids.length === 0) return new Map()
  const rows = await db.read(findAssets({ tenantId: tenant.id, ids: JSON.stringify(ids) }))
  return new Map(
    rows.map(toAsset).flatMap((asset) => {
      const picture = pictureOf(asset)
      return picture ? [[asset.id, { version: asset.version, picture }]] : []
    }),
  )
}

import type { ImageLook } from '../../../kernel/image/look.ts'
import type { Query } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import type { FileFacts } from './types.ts'

/** Facts as a row has them. */
export type FileRow = Omit<FileFacts, 'picture'> & { readonly picture: string | null }

/** A file of an asset, whatever the asset’s state. */
export function findFile(tenantId: string, assetId: string, number: number): Query<FileRow> {
  return {
    sql: `SELECT a.state, a.visibility, a.name, a.focal_x AS focalX, a.focal_y AS focalY,
        f.media_type AS mediaType, f.bytes, f.sha256, f.width, f.height, f.picture,
        o.storage_key AS storageKey, f.created_at AS createdAt
      FROM media_files f
      JOIN media_assets a ON a.tenant_id = f.tenant_id AND a.id = f.asset_id
      JOIN media_objects o ON o.tenant_id = f.tenant_id AND o.id = f.object_id
      WHERE f.tenant_id = ?1 AND f.asset_id = ?2 AND f.number = ?3`,
    params: [tenantId, assetId, number],
  }
}

/** Notes what a picture looks like. */
export function noteLook(
  tenantId: string,
  { assetId, file }: { readonly assetId: string; readonly file: number },
  { blurhash, dominantColour }: ImageLook,
): Write {
  return {
    statement: {
      sql: `UPDATE media_files SET blurhash = ?4, color = ?5
        WHERE tenant_id = ?1 AND asset_id = ?2 AND number = ?3`,
      params: [tenantId, assetId, file, blurhash, dominantColour],
    },
    guard: 'row_found',
  }
}

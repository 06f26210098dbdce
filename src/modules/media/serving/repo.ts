import type { Query } from '../../../kernel/statement.ts'
import type { FileFacts } from './types.ts'

/** A file of an asset, whatever the asset’s state. */
export function findFile(tenantId: string, assetId: string, number: number): Query<FileFacts> {
  return {
    sql: `SELECT a.state, a.visibility, a.name, f.media_type AS mediaType, f.bytes, f.sha256,
        o.storage_key AS storageKey, f.created_at AS createdAt
      FROM media_files f
      JOIN media_assets a ON a.tenant_id = f.tenant_id AND a.id = f.asset_id
      JOIN media_objects o ON o.tenant_id = f.tenant_id AND o.id = f.object_id
      WHERE f.tenant_id = ?1 AND f.asset_id = ?2 AND f.number = ?3`,
    params: [tenantId, assetId, number],
  }
}

import type { Query, SqlValue } from '../../../kernel/statement.ts'
import { type Write, existsGuard } from '../../commit/index.ts'
import { mediaErrors } from '../errors.ts'
import type { ReferenceDto } from './schemas.ts'
import type { Owner, SeenUse, Use } from './types.ts'

/** What a broken guard of `refer` means; for the refusals of the commit. */
export const referenceRefusals = {
  reference_exists: mediaErrors.assetUnknown,
  state_allows: mediaErrors.assetChanged,
}

/**
 * Makes the uses after a change the owner’s only ones, in the commit that changes the owner; `before`
 * are those that it had. Breaks `reference_exists` when an asset that is new is not ready in the
 * tenant, and `state_allows` when it is not of the version that was read.
 */
export function refer(
  tenantId: string,
  owner: Owner,
  before: readonly Use[],
  after: readonly SeenUse[],
): Write[] {
  const isIn = (uses: readonly Use[], use: Use) =>
    uses.some(({ assetId, place }) => assetId === use.assetId && place === use.place)
  return [
    ...before.filter((use) => !isIn(after, use)).map((use) => forget(tenantId, owner, use)),
    ...after.filter((use) => !isIn(before, use)).flatMap((use) => add(tenantId, owner, use)),
  ]
}

function forget(tenantId: string, { type, id }: Owner, { assetId, place }: Use): Write {
  return {
    statement: {
      sql: `DELETE FROM media_references WHERE tenant_id = ?1 AND asset_id = ?2
        AND owner_type = ?3 AND owner_id = ?4 AND place = ?5`,
      params: [tenantId, assetId, type, id, place],
    },
  }
}

function add(tenantId: string, { type, id }: Owner, { assetId, place, version }: SeenUse): Write[] {
  const insert = {
    sql: `INSERT OR REPLACE INTO media_references (tenant_id, asset_id, owner_type, owner_id, place)
      SELECT tenant_id, id, ?3, ?4, ?5 FROM media_assets
      WHERE tenant_id = ?1 AND id = ?2 AND state = 'ready'`,
    params: [tenantId, assetId, type, id, place],
  }
  const isSeen = {
    sql: 'SELECT 1 FROM media_assets WHERE tenant_id = ?1 AND id = ?2 AND version = ?3',
    params: [tenantId, assetId, version],
  }
  return [
    { statement: insert, guard: 'reference_exists' },
    { statement: existsGuard('state_allows', isSeen) },
  ]
}

/** Breaks `unused` when anything shows the asset. */
export function requireUnused(tenantId: string, assetId: string): Write {
  return {
    statement: existsGuard('unused', {
      sql: `SELECT 1 WHERE NOT EXISTS
        (SELECT 1 FROM media_references WHERE tenant_id = ?1 AND asset_id = ?2)`,
      params: [tenantId, assetId],
    }),
  }
}

/** The first uses of an asset behind a position: owner type, owner and place. */
export function findReferences(
  tenantId: string,
  assetId: string,
  limit: number,
  [type = '', id = '', place = '']: readonly SqlValue[] = [],
): Query<ReferenceDto> {
  return {
    sql: `SELECT owner_type AS ownerType, owner_id AS ownerId, place FROM media_references
      WHERE tenant_id = ?1 AND asset_id = ?2 AND (owner_type, owner_id, place) > (?3, ?4, ?5)
      ORDER BY owner_type, owner_id, place LIMIT ?6`,
    params: [tenantId, assetId, type, id, place, limit],
  }
}

/** A row when the tenant has the asset. */
export function findPresence(tenantId: string, assetId: string): Query<{ id: string }> {
  return {
    sql: 'SELECT id FROM media_assets WHERE tenant_id = ?1 AND id = ?2',
    params: [tenantId, assetId],
  }
}

import { type AnyColumn, type SQL, and, eq, sql } from 'drizzle-orm'
import {
  type Bind,
  type Query,
  builder,
  columns,
  prepare,
  prepareEach,
} from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import { parsePicture } from '../variants/index.ts'
import { nameKey } from './domain.ts'
import { assetTags, assets, files } from './tables.ts'
import type { Asset, AssetFile } from './types.ts'

const fileColumns = columns({
  number: files.number,
  objectId: files.objectId,
  bytes: files.bytes,
  sha256: files.sha256,
  mediaType: files.mediaType,
  width: files.width,
  height: files.height,
  blurhash: files.blurhash,
  color: files.color,
  picture: files.picture,
  fileCreatedAt: files.createdAt,
})

const assetColumns = {
  ...columns({
    id: assets.id,
    state: assets.state,
    visibility: assets.visibility,
    folderId: assets.folderId,
    kind: assets.kind,
    name: assets.name,
    nameKey: assets.nameKey,
    tags: assets.tags,
    texts: assets.texts,
    focalX: assets.focalX,
    focalY: assets.focalY,
    createdBy: assets.createdBy,
    version: assets.version,
    createdAt: assets.createdAt,
    updatedAt: assets.updatedAt,
    trashedAt: assets.trashedAt,
  }),
  ...fileColumns,
}

const currentFile = and(
  eq(files.tenantId, assets.tenantId),
  eq(files.assetId, assets.id),
  eq(files.number, assets.fileNumber),
)

/** An asset with its current file. */
export const findAsset = prepare((bind) =>
  builder
    .select(assetColumns)
    .from(assets)
    .innerJoin(files, currentFile)
    .where(and(eq(assets.tenantId, bind('tenantId')), eq(assets.id, bind('id')))),
)

/** Those of the assets that there are, each with its current file. */
export const findAssets = prepare((bind) =>
  builder
    .select(assetColumns)
    .from(assets)
    .innerJoin(files, currentFile)
    .where(
      and(
        eq(assets.tenantId, bind('tenantId')),
        sql`${assets.id} IN (SELECT value FROM json_each(${bind('ids')}))`,
      ),
    ),
)

export type AssetRow = NonNullable<ReturnType<typeof findAsset>['_row']>

/** Which filters a list of assets has; each combination is one statement. */
export interface ListShape {
  readonly tag: boolean
  /** By a folder, or those that are in none. */
  readonly folder: 'any' | 'one' | 'none'
  readonly kind: boolean
  /** By the bytes of the current file. */
  readonly bytes: boolean
  /** By the folded beginning of the name; the list is then by name. */
  readonly prefix: boolean
  /** Goes on after a position. */
  readonly after: boolean
}

/**
 * A page of assets of a state, newest first, or by name for a prefix. One filter chooses the index;
 * the plus keeps SQLite from another, after which it would have to sort.
 */
export const listAssets = prepareEach((shape: ListShape, bind) => {
  const base = builder.select(assetColumns).from(assets).innerJoin(files, currentFile)
  const conditions = and(...filtersOf(shape, bind))
  const order = shape.prefix ? sql`${assets.nameKey}, ${assets.id}` : sql`${walkedId(shape)} DESC`
  const limit = sql.placeholder('limit')
  if (!shape.tag || walksBytes(shape)) return base.where(conditions).orderBy(order).limit(limit)
  const tagged = and(eq(assetTags.tenantId, assets.tenantId), eq(assetTags.assetId, assets.id))
  return base.innerJoin(assetTags, tagged).where(conditions).orderBy(order).limit(limit)
})

const walksBytes = (shape: ListShape): boolean => shape.bytes && !shape.prefix
const walksTag = (shape: ListShape): boolean => shape.tag && !shape.prefix && !shape.bytes

/** The id as the index that is walked has it. */
function walkedId(shape: ListShape): AnyColumn {
  if (walksBytes(shape)) return files.assetId
  return walksTag(shape) ? assetTags.assetId : assets.id
}

function filtersOf(shape: ListShape, bind: Bind): SQL[] {
  const byTag = walksTag(shape)
  const byBytes = walksBytes(shape)
  const byFolder = !shape.prefix && !byBytes && !byTag && shape.folder !== 'any'
  const byKind = !shape.prefix && !byBytes && !byTag && !byFolder && shape.kind
  const filters = [eq(assets.tenantId, bind('tenantId'))]
  if (shape.bytes) {
    filters.push(eq(files.tenantId, bind('tenantId')))
    filters.push(sql`${byBytes ? sql`` : sql`+`}${files.sha256} = ${bind('sha256')}`)
  }
  filters.push(
    byTag || byBytes ? sql`+${assets.state} = ${bind('state')}` : eq(assets.state, bind('state')),
  )
  if (shape.tag && byBytes)
    // A join would begin with all tags of the tenant.
    filters.push(sql`EXISTS (SELECT 1 FROM media_asset_tags has WHERE has.tenant_id = ${bind('tenantId')}
      AND has.asset_id = ${assets.id} AND has.tag = ${bind('tag')})`)
  else if (shape.tag) {
    filters.push(eq(assetTags.tenantId, bind('tenantId')))
    filters.push(
      byTag
        ? (and(eq(assetTags.tag, bind('tag')), eq(assetTags.state, bind('state'))) ?? sql`1`)
        : sql`+${assetTags.tag} = ${bind('tag')}`,
    )
  }
  const folder = byFolder ? sql`${assets.folderId}` : sql`+${assets.folderId}`
  if (shape.folder === 'one') filters.push(sql`${folder} = ${bind('folderId')}`)
  if (shape.folder === 'none') filters.push(sql`${folder} IS NULL`)
  if (shape.kind)
    filters.push(sql`${byKind ? sql`${assets.kind}` : sql`+${assets.kind}`} = ${bind('kind')}`)
  if (shape.prefix)
    filters.push(sql`${assets.nameKey} >= ${bind('from')} AND ${assets.nameKey} < ${bind('to')}`)
  if (shape.after && shape.prefix)
    filters.push(sql`(${assets.nameKey}, ${assets.id}) > (${bind('position')}, ${bind('afterId')})`)
  else if (shape.after) filters.push(sql`${walkedId(shape)} < ${bind('afterId')}`)
  return filters
}

/** The files of an asset, newest first. */
export const listFiles = prepare((bind) =>
  builder
    .select(fileColumns)
    .from(files)
    .where(and(eq(files.tenantId, bind('tenantId')), eq(files.assetId, bind('assetId'))))
    .orderBy(sql`${files.number} DESC`)
    .limit(sql.placeholder('limit')),
)

export type FileRow = NonNullable<ReturnType<typeof listFiles>['_row']>

/** The objects of an asset’s files. */
export function findObjectIds(tenantId: string, assetId: string): Query<{ id: string }> {
  return {
    sql: 'SELECT object_id AS id FROM media_files WHERE tenant_id = ?1 AND asset_id = ?2 LIMIT 100',
    params: [tenantId, assetId],
  }
}

/** Assets of any tenant that have been in the trash since before an instant, oldest first. */
export function findExpired(
  before: number,
  limit: number,
): Query<{ readonly tenantId: string; readonly id: string }> {
  return {
    sql: `SELECT tenant_id AS tenantId, id FROM media_assets
      WHERE state = 'trashed' AND trashed_at < ?1 ORDER BY trashed_at LIMIT ?2`,
    params: [before, limit],
  }
}

export function toFile(row: FileRow): AssetFile {
  const { fileCreatedAt, picture, ...file } = row
  return { ...file, picture: parsePicture(picture), createdAt: fileCreatedAt }
}

export function toAsset(row: AssetRow): Asset {
  const { number, objectId, bytes, sha256, mediaType, width, height, blurhash, color } = row
  const file = { number, objectId, bytes, sha256, mediaType, width, height, blurhash, color }
  return {
    ...row,
    tags: JSON.parse(row.tags),
    texts: JSON.parse(row.texts),
    file: { ...file, picture: parsePicture(row.picture), createdAt: row.fileCreatedAt },
  }
}

const insertAssetRow = prepare((bind) =>
  builder.insert(assets).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    ...changeable(bind),
    version: bind('version'),
    createdBy: bind('createdBy'),
    createdAt: bind('createdAt'),
  }),
)

const updateAssetRow = prepare((bind) =>
  builder
    .update(assets)
    .set({ ...changeable(bind), version: bind('version') })
    .where(
      and(
        eq(assets.tenantId, bind('tenantId')),
        eq(assets.id, bind('id')),
        eq(assets.version, bind('replaces')),
      ),
    ),
)

function changeable(bind: Bind) {
  return {
    state: bind('state'),
    visibility: bind('visibility'),
    folderId: bind('folderId'),
    fileNumber: bind('fileNumber'),
    kind: bind('kind'),
    name: bind('name'),
    nameKey: bind('nameKey'),
    tags: bind('tags'),
    texts: bind('texts'),
    focalX: bind('focalX'),
    focalY: bind('focalY'),
    updatedAt: bind('updatedAt'),
    trashedAt: bind('trashedAt'),
  }
}

function valuesOf(tenantId: string, { file, ...asset }: Asset) {
  return {
    tenantId,
    ...asset,
    fileNumber: file.number,
    nameKey: nameKey(asset.name),
    tags: JSON.stringify(asset.tags),
    texts: JSON.stringify(asset.texts),
  }
}

const insertFileRow = prepare((bind) =>
  builder.insert(files).values({
    tenantId: bind('tenantId'),
    assetId: bind('assetId'),
    number: bind('number'),
    objectId: bind('objectId'),
    bytes: bind('bytes'),
    sha256: bind('sha256'),
    mediaType: bind('mediaType'),
    width: bind('width'),
    height: bind('height'),
    blurhash: bind('blurhash'),
    color: bind('color'),
    picture: bind('picture'),
    createdAt: bind('createdAt'),
  }),
)

const insertTagRows = (tenantId: string, { id, tags, state }: Asset): Write => ({
  statement: {
    sql: `INSERT INTO media_asset_tags (tenant_id, asset_id, tag, state)
      SELECT ?1, ?2, value, ?4 FROM json_each(?3)`,
    params: [tenantId, id, JSON.stringify(tags), state],
  },
})

/** Adds an asset with its first file. */
export function insertAsset(tenantId: string, asset: Asset): Write[] {
  return [
    { statement: insertAssetRow(valuesOf(tenantId, asset)) },
    insertFile(tenantId, asset),
    ...(asset.tags.length > 0 ? [insertTagRows(tenantId, asset)] : []),
  ]
}

/** Adds the asset’s current file. */
export function insertFile(tenantId: string, { id, file }: Asset): Write {
  const picture = file.picture && JSON.stringify(file.picture)
  return { statement: insertFileRow({ tenantId, assetId: id, ...file, picture }) }
}

/** Replaces the version before the asset’s. `before` tells whether its tags are to be written anew. */
export function updateAsset(tenantId: string, asset: Asset, before: Asset): Write[] {
  const values = valuesOf(tenantId, asset)
  const update: Write = {
    statement: updateAssetRow({ ...values, replaces: before.version }),
    guard: 'version_matches',
  }
  const isSame = asset.state === before.state && values.tags === JSON.stringify(before.tags)
  if (isSame) return [update]
  const forget: Write = {
    statement: {
      sql: 'DELETE FROM media_asset_tags WHERE tenant_id = ?1 AND asset_id = ?2',
      params: [tenantId, asset.id],
    },
  }
  return [update, forget, insertTagRows(tenantId, asset)]
}

/** Deletes an asset with its files and tags. */
export function deleteAsset(tenantId: string, id: string, replaces: number): Write {
  return {
    statement: {
      sql: 'DELETE FROM media_assets WHERE tenant_id = ?1 AND id = ?2 AND version = ?3',
      params: [tenantId, id, replaces],
    },
    guard: 'version_matches',
  }
}

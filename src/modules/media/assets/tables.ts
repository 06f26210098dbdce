import { sql } from 'drizzle-orm'
import {
  foreignKey,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
} from 'drizzle-orm/sqlite-core'
import { MEDIA_KINDS, type MediaType } from '../../../kernel/media-type.ts'
import { folders } from '../folders/index.ts'
import { ASSET_STATES, VISIBILITIES } from './types.ts'

const tenantId = text('tenant_id').notNull()

export const assets = sqliteTable(
  'media_assets',
  {
    tenantId,
    id: text('id').notNull(),
    state: text('state', { enum: ASSET_STATES }).notNull(),
    visibility: text('visibility', { enum: VISIBILITIES }).notNull(),
    folderId: text('folder_id'),
    fileNumber: integer('file_number').notNull(),
    kind: text('kind', { enum: MEDIA_KINDS }).notNull(),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    tags: text('tags').notNull(),
    texts: text('texts').notNull(),
    focalX: real('focal_x').notNull(),
    focalY: real('focal_y').notNull(),
    createdBy: text('created_by'),
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    trashedAt: integer('trashed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('media_assets_by_state').on(table.tenantId, table.state, table.id),
    index('media_assets_by_folder').on(table.tenantId, table.folderId, table.state, table.id),
    index('media_assets_by_kind').on(table.tenantId, table.kind, table.state, table.id),
    index('media_assets_by_name').on(table.tenantId, table.state, table.nameKey, table.id),
    index('media_assets_trashed')
      .on(table.trashedAt)
      .where(sql`${table.state} = 'trashed'`),
    foreignKey({
      columns: [table.tenantId, table.folderId],
      foreignColumns: [folders.tenantId, folders.id],
    }),
  ],
)

export const files = sqliteTable(
  'media_files',
  {
    tenantId,
    assetId: text('asset_id').notNull(),
    number: integer('number').notNull(),
    objectId: text('object_id').notNull(),
    bytes: integer('bytes').notNull(),
    sha256: text('sha256').notNull(),
    mediaType: text('media_type').$type<MediaType>().notNull(),
    width: integer('width'),
    height: integer('height'),
    blurhash: text('blurhash'),
    color: text('color'),
    createdAt: integer('created_at').notNull(),
    picture: text('picture'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.assetId, table.number] }),
    index('media_files_by_bytes').on(table.tenantId, table.sha256, table.assetId),
    foreignKey({
      columns: [table.tenantId, table.assetId],
      foreignColumns: [assets.tenantId, assets.id],
    }).onDelete('cascade'),
  ],
)

export const assetTags = sqliteTable(
  'media_asset_tags',
  {
    tenantId,
    assetId: text('asset_id').notNull(),
    tag: text('tag').notNull(),
    state: text('state', { enum: ASSET_STATES }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.assetId, table.tag] }),
    index('media_asset_tags_by_tag').on(table.tenantId, table.tag, table.state, table.assetId),
    foreignKey({
      columns: [table.tenantId, table.assetId],
      foreignColumns: [assets.tenantId, assets.id],
    }).onDelete('cascade'),
  ],
)

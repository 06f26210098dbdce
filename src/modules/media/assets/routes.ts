import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { mediaErrors } from '../errors.ts'
import { removalQuery, removalSchema } from '../references/index.ts'
import * as schemas from './schemas.ts'
import { restoreAsset, trashAsset, updateAsset } from './service/change-asset.ts'
import { purgeAsset } from './service/purge-asset.ts'
import { getAsset, getUsage, listAssets, listFiles } from './service/read-assets.ts'

const needs = (permission: string) => ({ kind: 'permission', permission }) as const
const version = (asset: { version: number }) => asset.version
const changeErrors = [errors.notFound, errors.preconditionFailed]

const readRoutes = [
  route({
    method: 'get',
    path: '/assets',
    operationId: 'listMediaAssets',
    summary: 'List assets, newest first, or by name when searched',
    access: needs('media:read'),
    query: schemas.assetListQuery,
    success: { status: 200, schema: schemas.assetPage },
    handle: (deps, ctx, { query }) => listAssets(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/assets/{id}',
    operationId: 'getMediaAsset',
    summary: 'Get an asset',
    access: needs('media:read'),
    params: idParams,
    success: { status: 200, schema: schemas.assetSchema },
    version,
    handle: (deps, ctx, { params }) => getAsset(deps, ctx, params),
  }),
  route({
    method: 'get',
    path: '/assets/{id}/files',
    operationId: 'listMediaFiles',
    summary: 'List the files that an asset has had, newest first',
    access: needs('media:read'),
    params: idParams,
    success: { status: 200, schema: schemas.fileListSchema },
    handle: (deps, ctx, { params }) => listFiles(deps, ctx, params),
  }),
  route({
    method: 'get',
    path: '/usage',
    operationId: 'getMediaUsage',
    summary: 'Get the bytes that the files use and may use',
    access: needs('media:read'),
    success: { status: 200, schema: schemas.usageSchema },
    handle: (deps, ctx) => getUsage(deps, ctx),
  }),
]

/** The library. */
export const assetRoutes = [
  ...readRoutes,
  route({
    method: 'patch',
    path: '/assets/{id}',
    operationId: 'updateMediaAsset',
    summary: 'Change what is said of an asset',
    access: needs('media:update'),
    ifMatch: 'required',
    params: idParams,
    body: schemas.updateAssetBody,
    success: { status: 200, schema: schemas.assetSchema },
    errors: [...changeErrors, mediaErrors.inTrash, mediaErrors.folderUnknown],
    version,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updateAsset(deps, ctx, { ...body, ...params, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/assets/{id}',
    operationId: 'trashMediaAsset',
    summary: 'Move an asset to the trash',
    access: needs('media:delete'),
    ifMatch: 'required',
    params: idParams,
    query: removalQuery,
    success: { status: 200, schema: removalSchema },
    errors: [...changeErrors, mediaErrors.inTrash, mediaErrors.inUse],
    handle: (deps, ctx, { params, query, ifMatch }) =>
      trashAsset(deps, ctx, { ...params, ifMatch, force: query.force === 'true' }),
  }),
  route({
    method: 'post',
    path: '/assets/{id}/restore',
    operationId: 'restoreMediaAsset',
    summary: 'Take an asset out of the trash',
    access: needs('media:delete'),
    params: idParams,
    ifMatch: 'optional',
    success: { status: 200, schema: schemas.assetSchema },
    errors: [...changeErrors, mediaErrors.notInTrash],
    version,
    handle: (deps, ctx, { params, ifMatch }) => restoreAsset(deps, ctx, { ...params, ifMatch }),
  }),
  route({
    method: 'post',
    path: '/assets/{id}/purge',
    operationId: 'purgeMediaAsset',
    summary: 'Delete an asset of the trash for good',
    access: needs('media:purge'),
    ifMatch: 'required',
    params: idParams,
    query: removalQuery,
    success: { status: 200, schema: removalSchema },
    errors: [...changeErrors, mediaErrors.notInTrash, mediaErrors.inUse],
    handle: (deps, ctx, { params, query, ifMatch }) =>
      purgeAsset(deps, ctx, { ...params, ifMatch, force: query.force === 'true' }),
  }),
]

import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { assetSchema } from '../assets/index.ts'
import { mediaErrors } from '../errors.ts'
import { uploadQuery } from './schemas.ts'
import { createAsset } from './service/create-asset.ts'
import { replaceFile } from './service/replace-file.ts'

const access = { kind: 'permission', permission: 'media:upload' } as const
const rawBody = ['*/*', 'multipart/form-data']
const version = (asset: { version: number }) => asset.version
const uploadErrors = [
  mediaErrors.typeRefused,
  mediaErrors.quotaExceeded,
  mediaErrors.incomplete,
  mediaErrors.checksumMismatch,
  mediaErrors.uploadExpired,
]

/** Bytes that come in. */
export const uploadRoutes = [
  route({
    method: 'post',
    path: '/uploads',
    operationId: 'uploadMediaAsset',
    summary: 'Upload a file, as the body or as the last part of a form',
    access,
    rawBody,
    query: uploadQuery,
    success: { status: 201, schema: assetSchema },
    errors: [...uploadErrors, mediaErrors.folderUnknown],
    version,
    location: ({ id }) => `/api/v1/media/assets/${id}`,
    handle: (deps, ctx, { query, raw }) => createAsset(deps, ctx, { ...query, raw }),
  }),
  route({
    method: 'put',
    path: '/assets/{id}/file',
    operationId: 'replaceMediaFile',
    summary: 'Give an asset another file; links to the asset stay',
    access,
    ifMatch: 'required',
    rawBody,
    params: idParams,
    success: { status: 200, schema: assetSchema },
    errors: [
      ...uploadErrors,
      errors.preconditionFailed,
      mediaErrors.inTrash,
      mediaErrors.tooManyFiles,
    ],
    version,
    handle: (deps, ctx, { params, ifMatch, raw }) =>
      replaceFile(deps, ctx, { ...params, ifMatch, raw }),
  }),
]

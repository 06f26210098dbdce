import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { assetSchema } from '../assets/index.ts'
import { mediaErrors } from '../errors.ts'
import { directBody, directSchema } from './schemas.ts'
import { completeDirectUpload } from './service/complete.ts'
import { createDirectUpload } from './service/create.ts'

const access = { kind: 'permission', permission: 'media:upload' } as const

/** Files that clients put into the store themselves. */
export const directRoutes = [
  route({
    method: 'post',
    path: '/direct-uploads',
    operationId: 'createMediaDirectUpload',
    summary: 'Sign a request that puts a file straight into the store',
    access,
    idempotency: 'none',
    body: directBody,
    success: { status: 201, schema: directSchema },
    errors: [
      mediaErrors.directUnavailable,
      mediaErrors.quotaExceeded,
      mediaErrors.folderUnknown,
      errors.contentTooLarge,
    ],
    location: ({ id }) => `/api/v1/media/direct-uploads/${id}/complete`,
    handle: (deps, ctx, { body }) => createDirectUpload(deps, ctx, body),
  }),
  route({
    method: 'post',
    path: '/direct-uploads/{id}/complete',
    operationId: 'completeMediaDirectUpload',
    summary: 'Make an asset of a file that was put into the store',
    access,
    params: idParams,
    success: { status: 200, schema: assetSchema },
    errors: [
      mediaErrors.uploadGone,
      mediaErrors.notArrived,
      mediaErrors.incomplete,
      mediaErrors.typeRefused,
      mediaErrors.checksumMismatch,
      mediaErrors.quotaExceeded,
      mediaErrors.folderUnknown,
      errors.contentTooLarge,
    ],
    version: (asset) => asset.version,
    handle: (deps, ctx, { params }) => completeDirectUpload(deps, ctx, params),
  }),
]

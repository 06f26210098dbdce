import { idParams } from '../../../kernel/schemas.ts'
import { errors } from '../../../kernel/errors.ts'
import { route } from '../../../ports/module.ts'
import { mediaErrors } from '../errors.ts'
import { bulkSchema, startBulkBody } from './schemas.ts'
import { getBulk, startBulk } from './service/bulks.ts'

const access = { kind: 'permission', permission: 'media:read' } as const

/** Changes of many assets. */
export const bulkRoutes = [
  route({
    method: 'post',
    path: '/bulk',
    operationId: 'startMediaBulk',
    summary: 'Start a change of many assets; needs what it needs on one of them',
    access,
    body: startBulkBody,
    success: { status: 202, schema: bulkSchema },
    errors: [mediaErrors.assetUnknown, mediaErrors.folderUnknown],
    location: ({ id }) => `/api/v1/media/bulk/${id}`,
    handle: (deps, ctx, { body }) => startBulk(deps, ctx, body),
  }),
  route({
    method: 'get',
    path: '/bulk/{id}',
    operationId: 'getMediaBulk',
    summary: 'Get how far a change of many assets is, and what it has come to',
    access,
    params: idParams,
    success: { status: 200, schema: bulkSchema },
    errors: [errors.notFound],
    handle: (deps, ctx, { params }) => getBulk(deps, ctx, params),
  }),
]

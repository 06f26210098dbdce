import { errors } from '../../kernel/errors.ts'
import { idParams } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { fileLink, fileQuery, transferSchema } from './schemas.ts'
import { getTransfer, linkFile } from './service/read-transfers.ts'

const shared = {
  access: { kind: 'permission', permission: 'transfers:read' },
  controlOnly: true,
  params: idParams,
  errors: [errors.notFound],
} as const

export const routes = [
  route({
    ...shared,
    method: 'get',
    path: '/{id}',
    operationId: 'getTransfer',
    summary: 'Get an export with its manifest, or an import',
    success: { status: 200, schema: transferSchema },
    handle: (deps, ctx, { params }) => getTransfer(deps, ctx, params),
  }),
  route({
    ...shared,
    method: 'get',
    path: '/{id}/file',
    operationId: 'linkTransferFile',
    summary: 'Get a link to a file of an export, which works for 15 minutes',
    query: fileQuery,
    success: { status: 200, schema: fileLink },
    handle: (deps, ctx, { params, query }) => linkFile(deps, ctx, { ...params, ...query }),
  }),
]

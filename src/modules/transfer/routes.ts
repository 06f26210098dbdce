import { errors } from '../../kernel/errors.ts'
import { idParams } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { tenantsErrors } from '../tenants/index.ts'
import { transferErrors } from './errors.ts'
import { downloadRoutes } from './files/index.ts'
import {
  cloneInput,
  exportInput,
  fileLink,
  fileQuery,
  importInput,
  startedSchema,
  transferSchema,
} from './schemas.ts'
import { getTransfer, linkFile, requireExport } from './service/read-transfers.ts'
import { startClone, startExport, startImport } from './service/start.ts'

const shared = {
  access: { kind: 'permission', permission: 'transfers:read' },
  controlOnly: true,
  params: idParams,
  errors: [errors.notFound],
} as const

const running = {
  method: 'post',
  access: { kind: 'permission', permission: 'transfers:run' },
  controlOnly: true,
  success: { status: 202, schema: startedSchema },
} as const

const refusals = [
  errors.notFound,
  tenantsErrors.controlProtected,
  transferErrors.underWay,
  errors.tooManyRequests,
]

const starts = [
  route({
    ...running,
    path: '/exports',
    operationId: 'exportTenant',
    summary: 'Start the export of a tenant',
    body: exportInput,
    errors: refusals,
    handle: (deps, ctx, { body }) => startExport(deps, ctx, body),
  }),
  route({
    ...running,
    path: '/imports',
    operationId: 'importTenant',
    summary: 'Start the import of an export into an empty tenant',
    body: importInput,
    errors: [...refusals, transferErrors.notComplete],
    handle: (deps, ctx, { body }) => startImport(deps, ctx, body),
  }),
  route({
    ...running,
    path: '/clones',
    operationId: 'cloneTenant',
    summary: 'Start the export of a tenant and its import into an empty one',
    body: cloneInput,
    errors: refusals,
    handle: (deps, ctx, { body }) => startClone(deps, ctx, body),
  }),
]

const reads = [
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
  ...downloadRoutes({
    path: '/{id}',
    file: 'content',
    operation: 'getTransfer',
    whose: 'an export',
    shared,
    find: requireExport,
  }),
]

export const routes = [...starts, ...reads]

import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { suppressionErrors } from './errors.ts'
import * as schemas from './schemas.ts'
import { getSuppression, listSuppressions, releaseAddress, suppressAddress } from './service.ts'

const reads = { kind: 'permission', permission: 'mail:read' } as const
const manages = { kind: 'permission', permission: 'mail:manage' } as const

export const suppressionRoutes = [
  route({
    method: 'get',
    path: '/suppressions',
    operationId: 'listMailSuppressions',
    summary: 'List the addresses that are sent nothing, newest first',
    access: reads,
    query: schemas.suppressionsQuery,
    success: { status: 200, schema: schemas.suppressionPage },
    handle: (deps, ctx, { query }) => listSuppressions(deps, ctx, query),
  }),
  route({
    method: 'post',
    path: '/suppressions',
    operationId: 'suppressAddress',
    summary: 'Send an address nothing from here on',
    access: manages,
    body: schemas.suppressInput,
    success: { status: 201, schema: schemas.suppressionSchema },
    errors: [suppressionErrors.alreadySuppressed],
    location: ({ id }) => `/api/v1/mail/suppressions/${id}`,
    handle: (deps, ctx, { body }) => suppressAddress(deps, ctx, body),
  }),
  route({
    method: 'get',
    path: '/suppressions/{id}',
    operationId: 'getMailSuppression',
    summary: 'Read an entry of the suppression list',
    access: reads,
    params: idParams,
    success: { status: 200, schema: schemas.suppressionSchema },
    handle: (deps, ctx, { params }) => getSuppression(deps, ctx, params),
  }),
  route({
    method: 'delete',
    path: '/suppressions/{id}',
    operationId: 'releaseAddress',
    summary: 'Take an entry off the suppression list',
    access: manages,
    params: idParams,
    success: { status: 204 },
    handle: (deps, ctx, { params }) => releaseAddress(deps, ctx, params),
  }),
]

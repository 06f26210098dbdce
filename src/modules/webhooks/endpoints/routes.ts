import { errors } from '../../../kernel/errors.ts'
import { idParams, pageQuery } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { webhooksErrors } from '../errors.ts'
import * as schemas from './schemas.ts'
import {
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from './service/endpoints.ts'

const needs = (permission: string) => ({ kind: 'permission', permission }) as const
const version = (endpoint: { version: number }) => endpoint.version
const changeErrors = [errors.notFound, errors.preconditionFailed]

/** Where the tenant wants to be told of events. */
export const endpointRoutes = [
  route({
    method: 'get',
    path: '/endpoints',
    operationId: 'listWebhookEndpoints',
    summary: 'List webhook endpoints, newest first',
    access: needs('webhooks:read'),
    query: pageQuery,
    success: { status: 200, schema: schemas.endpointPage },
    handle: (deps, ctx, { query }) => listEndpoints(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/endpoints/{id}',
    operationId: 'getWebhookEndpoint',
    summary: 'Get a webhook endpoint',
    access: needs('webhooks:read'),
    params: idParams,
    success: { status: 200, schema: schemas.endpointSchema },
    errors: [errors.notFound],
    version,
    handle: (deps, ctx, { params }) => getEndpoint(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/endpoints',
    operationId: 'createWebhookEndpoint',
    summary: 'Add a webhook endpoint and read its secret',
    access: needs('webhooks:manage'),
    body: schemas.createEndpointBody,
    success: { status: 201, schema: schemas.revealedEndpointSchema },
    errors: [webhooksErrors.tooMany],
    version,
    location: ({ id }) => `/api/v1/webhooks/endpoints/${id}`,
    handle: (deps, ctx, { body }) => createEndpoint(deps, ctx, body),
  }),
  route({
    method: 'patch',
    path: '/endpoints/{id}',
    operationId: 'updateWebhookEndpoint',
    summary: 'Change, enable or disable a webhook endpoint',
    access: needs('webhooks:manage'),
    ifMatch: 'required',
    params: idParams,
    body: schemas.updateEndpointBody,
    success: { status: 200, schema: schemas.endpointSchema },
    errors: changeErrors,
    version,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updateEndpoint(deps, ctx, { ...body, ...params, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/endpoints/{id}',
    operationId: 'deleteWebhookEndpoint',
    summary: 'Delete a webhook endpoint',
    access: needs('webhooks:manage'),
    ifMatch: 'required',
    params: idParams,
    success: { status: 204 },
    errors: changeErrors,
    handle: async (deps, ctx, { params, ifMatch }) => {
      await deleteEndpoint(deps, ctx, { ...params, ifMatch })
      return undefined
    },
  }),
  route({
    method: 'post',
    path: '/endpoints/{id}/rotate-secret',
    operationId: 'rotateWebhookSecret',
    summary: 'Give a webhook endpoint another secret; the old one signs as well for 24 hours',
    access: needs('webhooks:manage'),
    ifMatch: 'required',
    params: idParams,
    success: { status: 200, schema: schemas.revealedEndpointSchema },
    errors: changeErrors,
    version,
    handle: (deps, ctx, { params, ifMatch }) => rotateSecret(deps, ctx, { ...params, ifMatch }),
  }),
]

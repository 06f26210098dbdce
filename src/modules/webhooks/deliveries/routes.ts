import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { webhooksErrors } from '../errors.ts'
import * as schemas from './schemas.ts'
import { getDelivery, listDeliveries } from './service/log.ts'
import { pingEndpoint, resendDelivery, resendFailed } from './service/resend.ts'

const needs = (permission: string) => ({ kind: 'permission', permission }) as const

/** What was sent to whom, and sending it again. */
export const deliveryRoutes = [
  route({
    method: 'get',
    path: '/deliveries',
    operationId: 'listWebhookDeliveries',
    summary: 'List deliveries by endpoint, event type, state and time, newest first',
    access: needs('webhooks:read'),
    query: schemas.deliveriesQuery,
    success: { status: 200, schema: schemas.deliveryPage },
    handle: (deps, ctx, { query }) => listDeliveries(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/deliveries/{id}',
    operationId: 'getWebhookDelivery',
    summary: 'Get a delivery with its body and every try',
    access: needs('webhooks:read'),
    params: idParams,
    success: { status: 200, schema: schemas.deliveryDetailsSchema },
    errors: [errors.notFound],
    handle: (deps, ctx, { params }) => getDelivery(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/deliveries/{id}/resend',
    operationId: 'resendWebhookDelivery',
    summary: 'Send a delivery again under the same webhook-id',
    access: needs('webhooks:manage'),
    params: idParams,
    success: { status: 202, schema: schemas.deliverySchema },
    errors: [errors.notFound, webhooksErrors.deliveryPending, webhooksErrors.endpointDisabled],
    handle: (deps, ctx, { params }) => resendDelivery(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/endpoints/{id}/resend-failed',
    operationId: 'resendFailedWebhooks',
    summary: 'Send again what an endpoint has not taken since an instant',
    access: needs('webhooks:manage'),
    params: idParams,
    body: schemas.resendFailedBody,
    success: { status: 202, schema: schemas.resentSchema },
    errors: [errors.notFound, webhooksErrors.endpointDisabled],
    handle: (deps, ctx, { params, body }) => resendFailed(deps, ctx, { ...body, ...params }),
  }),
  route({
    method: 'post',
    path: '/endpoints/{id}/test',
    operationId: 'testWebhookEndpoint',
    summary: 'Send a test event to an endpoint',
    access: needs('webhooks:manage'),
    params: idParams,
    success: { status: 202, schema: schemas.deliverySchema },
    errors: [errors.notFound, webhooksErrors.endpointDisabled],
    handle: (deps, ctx, { params }) => pingEndpoint(deps, ctx, params),
  }),
]

import { errors } from '../../../kernel/errors.ts'
import { idParams, pageQuery } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { webhooksErrors } from '../errors.ts'
import * as schemas from './schemas.ts'
import { createSource, deleteSource, listSources } from './service/sources.ts'

const needs = (permission: string) => ({ kind: 'permission', permission }) as const

/** Who may send webhooks to the tenant. */
export const sourceRoutes = [
  route({
    method: 'get',
    path: '/sources',
    operationId: 'listWebhookSources',
    summary: 'List who may send webhooks here, newest first',
    access: needs('webhooks:read'),
    query: pageQuery,
    success: { status: 200, schema: schemas.sourcePage },
    handle: (deps, ctx, { query }) => listSources(deps, ctx, query),
  }),
  route({
    method: 'post',
    path: '/sources',
    operationId: 'createWebhookSource',
    summary: 'Register a sender of Standard Webhooks and read its secret',
    access: needs('webhooks:manage'),
    body: schemas.createSourceBody,
    success: { status: 201, schema: schemas.revealedSourceSchema },
    errors: [webhooksErrors.tooMany, webhooksErrors.sourceTaken],
    location: () => '/api/v1/webhooks/sources',
    handle: (deps, ctx, { body }) => createSource(deps, ctx, body),
  }),
  route({
    method: 'delete',
    path: '/sources/{id}',
    operationId: 'deleteWebhookSource',
    summary: 'Refuse what a source sends from now on',
    access: needs('webhooks:manage'),
    ifMatch: 'required',
    params: idParams,
    success: { status: 204 },
    errors: [errors.notFound, errors.preconditionFailed],
    handle: async (deps, ctx, { params, ifMatch }) => {
      await deleteSource(deps, ctx, { ...params, ifMatch })
      return undefined
    },
  }),
]

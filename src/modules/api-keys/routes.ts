import { errors } from '../../kernel/errors.ts'
import { idParams, pageQuery } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { stepUpRefusals } from '../auth/index.ts'
import { rbacErrors } from '../rbac/index.ts'
import { apiKeysErrors } from './errors.ts'
import * as schemas from './schemas.ts'
import { revokeKey, updateKey } from './service/change-key.ts'
import { createKey } from './service/create-key.ts'
import { getKey, listKeys } from './service/read-keys.ts'
import { rotateKey } from './service/rotate-key.ts'

const needs = (permission: string) => ({ kind: 'permission', permission }) as const
const version = (key: { version: number }) => key.version
const location = ({ id }: { id: string }) => `/api/v1/keys/${id}`

export const routes = [
  route({
    method: 'get',
    path: '',
    operationId: 'listApiKeys',
    summary: 'List the API keys, newest first: all, or one’s own',
    access: needs('keys:read'),
    query: pageQuery,
    success: { status: 200, schema: schemas.keyPage },
    handle: (deps, ctx, { query }) => listKeys(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/{id}',
    operationId: 'getApiKey',
    summary: 'Read an API key',
    access: needs('keys:read'),
    params: idParams,
    success: { status: 200, schema: schemas.keySchema },
    version,
    handle: (deps, ctx, { params }) => getKey(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '',
    operationId: 'createApiKey',
    summary: 'Make an API key for oneself and read it once',
    access: needs('keys:create'),
    body: schemas.createKeyBody,
    success: { status: 201, schema: schemas.newKeySchema },
    errors: [
      apiKeysErrors.tooMany,
      rbacErrors.grantTooWide,
      errors.sessionRequired,
      stepUpRefusals.stepped_up,
    ],
    idempotency: 'none',
    version,
    location,
    handle: (deps, ctx, { body }) => createKey(deps, ctx, body),
  }),
  route({
    method: 'patch',
    path: '/{id}',
    operationId: 'updateApiKey',
    summary: 'Rename an API key, narrow its scopes or say from where it may be used',
    access: needs('keys:update'),
    ifMatch: 'required',
    params: idParams,
    body: schemas.updateKeyBody,
    success: { status: 200, schema: schemas.keySchema },
    errors: [apiKeysErrors.ended, errors.preconditionFailed, rbacErrors.grantTooWide],
    version,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updateKey(deps, ctx, { ...body, ...params, ifMatch }),
  }),
  route({
    method: 'post',
    path: '/{id}/rotate',
    operationId: 'rotateApiKey',
    summary: 'Put another API key in the place of one’s own, which works on for an overlap',
    access: needs('keys:update'),
    params: idParams,
    body: schemas.rotateKeyBody,
    success: { status: 201, schema: schemas.newKeySchema },
    errors: [
      apiKeysErrors.ended,
      apiKeysErrors.tooMany,
      errors.conflict,
      errors.sessionRequired,
      stepUpRefusals.stepped_up,
    ],
    idempotency: 'none',
    version,
    location,
    handle: (deps, ctx, { params, body }) => rotateKey(deps, ctx, { ...params, ...body }),
  }),
  route({
    method: 'post',
    path: '/{id}/revoke',
    operationId: 'revokeApiKey',
    summary: 'End an API key at once',
    access: needs('keys:revoke'),
    params: idParams,
    success: { status: 200, schema: schemas.keySchema },
    errors: [errors.preconditionFailed],
    version,
    handle: (deps, ctx, { params }) => revokeKey(deps, ctx, params),
  }),
]

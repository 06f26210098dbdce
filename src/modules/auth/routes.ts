import { errors } from '../../kernel/errors.ts'
import { route } from '../../ports/module.ts'
import { accountRoutes } from './account/routes.ts'
import { authErrors } from './errors.ts'
import { invitationRoutes } from './invitations/routes.ts'
import * as schemas from './schemas.ts'
import { secondFactorRoutes } from './second-factor/routes.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { me } from './service/me.ts'
import { register } from './service/register.ts'
import { createAdministrator } from './service/administrator.ts'
import { userRoutes } from './users/routes.ts'

const authenticated = { kind: 'authenticated' } as const
const anybody = { kind: 'public' } as const

const people = [
  route({
    method: 'post',
    path: '/register',
    operationId: 'register',
    summary: 'Make an account',
    access: anybody,
    credentials: 'ignored',
    body: schemas.registerInput,
    success: { status: 202, schema: schemas.registeredSchema },
    errors: [authErrors.registrationClosed, errors.tooManyRequests],
    idempotency: 'none',
    handle: (deps, ctx, { body }) => register(deps, ctx, body),
  }),
  route({
    method: 'get',
    path: '/me',
    operationId: 'me',
    summary: 'Read the caller with roles and permissions',
    access: authenticated,
    success: { status: 200, schema: schemas.meSchema },
    handle: (deps, ctx) => me(deps, ctx),
  }),
  route({
    method: 'get',
    path: '//.well-known/jwks.json',
    operationId: 'jwks',
    summary: 'Read the public keys of access tokens',
    access: { kind: 'open' },
    success: { status: 200, schema: schemas.jwksSchema },
    cache: 'public',
    handle: async (deps) => ({ keys: deps.tokens.jwks().keys.map((key) => ({ ...key })) }),
  }),
]

const administrators = [
  route({
    method: 'post',
    path: '//api/v1/tenants/{tenantId}/administrators',
    operationId: 'createTenantAdministrator',
    summary: 'Create an administrator of a tenant',
    access: { kind: 'permission', permission: 'tenants:create' },
    controlOnly: true,
    params: schemas.tenantParams,
    body: schemas.administratorInput,
    success: { status: 201, schema: schemas.userSchema },
    errors: [errors.notFound, authErrors.emailTaken, errors.tooManyRequests],
    handle: (deps, ctx, { params, body }) => createAdministrator(deps, ctx, { ...params, ...body }),
  }),
]

export const routes = [
  ...sessionRoutes,
  ...people,
  ...administrators,
  ...userRoutes,
  ...invitationRoutes,
  ...accountRoutes,
  ...secondFactorRoutes,
]

import { errors } from '../../kernel/errors.ts'
import { idParams } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { rbacErrors } from '../rbac/index.ts'
import { authErrors } from './errors.ts'
import * as schemas from './schemas.ts'
import { setUserRoles, setUserStatus } from './service/change-user.ts'
import { login } from './service/login.ts'
import { logout } from './service/logout.ts'
import { me } from './service/me.ts'
import { refresh } from './service/refresh.ts'
import { register } from './service/register.ts'
import { createAdministrator } from './service/administrator.ts'
import { createUser, getUser, listUsers } from './service/users.ts'

const authenticated = { kind: 'authenticated' } as const
const anybody = { kind: 'public' } as const
const mayRead = { kind: 'permission', permission: 'users:read' } as const
const mayUpdate = { kind: 'permission', permission: 'users:update' } as const

const sessions = [
  route({
    method: 'post',
    path: '/login',
    operationId: 'login',
    summary: 'Log in by e-mail address and password',
    access: anybody,
    credentials: 'ignored',
    body: schemas.loginInput,
    success: { status: 200, schema: schemas.signedInSchema },
    errors: [authErrors.invalidCredentials, errors.tooManyRequests],
    idempotency: 'none',
    handle: (deps, ctx, { body }) => login(deps, ctx, body),
  }),
  route({
    method: 'post',
    path: '/refresh',
    operationId: 'refresh',
    summary: 'Spend a refresh token for new tokens',
    access: anybody,
    credentials: 'ignored',
    body: schemas.refreshInput,
    success: { status: 200, schema: schemas.signedInSchema },
    errors: [authErrors.invalidRefreshToken],
    idempotency: 'none',
    handle: (deps, ctx, { body }) => refresh(deps, ctx, body),
  }),
  route({
    method: 'post',
    path: '/logout',
    operationId: 'logout',
    summary: 'End the session of the access token',
    access: authenticated,
    success: { status: 204 },
    idempotency: 'none',
    handle: async (deps, ctx): Promise<undefined> => {
      await logout(deps, ctx)
    },
  }),
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

const users = [
  route({
    method: 'get',
    path: '/users',
    operationId: 'listUsers',
    summary: 'List the users, newest first',
    access: mayRead,
    query: schemas.usersQuery,
    success: { status: 200, schema: schemas.userPage },
    handle: (deps, ctx, { query }) => listUsers(deps, ctx, query),
  }),
  route({
    method: 'post',
    path: '/users',
    operationId: 'createUser',
    summary: 'Create a user',
    access: { kind: 'permission', permission: 'users:create' },
    body: schemas.createUserInput,
    success: { status: 201, schema: schemas.userSchema },
    errors: [authErrors.emailTaken, rbacErrors.grantTooWide, errors.tooManyRequests],
    version: (user) => user.version,
    location: (user) => `/api/v1/auth/users/${user.id}`,
    handle: (deps, ctx, { body }) => createUser(deps, ctx, body),
  }),
  route({
    method: 'get',
    path: '/users/{id}',
    operationId: 'getUser',
    summary: 'Read a user',
    access: mayRead,
    params: idParams,
    success: { status: 200, schema: schemas.userSchema },
    version: (user) => user.version,
    handle: (deps, ctx, { params }) => getUser(deps, ctx, params),
  }),
  route({
    method: 'patch',
    path: '/users/{id}',
    operationId: 'setUserStatus',
    summary: 'Disable or enable a user',
    access: mayUpdate,
    params: idParams,
    body: schemas.statusInput,
    success: { status: 200, schema: schemas.userSchema },
    errors: [authErrors.lastAdministrator, rbacErrors.grantTooWide],
    ifMatch: 'required',
    version: (user) => user.version,
    handle: (deps, ctx, { params, body, ifMatch = '*' }) =>
      setUserStatus(deps, ctx, { ...params, ...body, version: ifMatch }),
  }),
  route({
    method: 'put',
    path: '/users/{id}/roles',
    operationId: 'setUserRoles',
    summary: 'Give a user other roles',
    access: mayUpdate,
    params: idParams,
    body: schemas.rolesInput,
    success: { status: 200, schema: schemas.userSchema },
    errors: [authErrors.lastAdministrator, rbacErrors.grantTooWide],
    ifMatch: 'required',
    version: (user) => user.version,
    handle: (deps, ctx, { params, body, ifMatch = '*' }) =>
      setUserRoles(deps, ctx, { ...params, ...body, version: ifMatch }),
  }),
]

export const routes = [...sessions, ...administrators, ...users]

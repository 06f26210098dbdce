import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { rbacErrors } from '../../rbac/index.ts'
import { acceptedSchema } from '../account/index.ts'
import { authErrors } from '../errors.ts'
import { createUserInput, userPage, userSchema } from '../schemas.ts'
import * as schemas from './schemas.ts'
import { createUser } from './service/create-user.ts'
import { deleteUser } from './service/delete-user.ts'
import { getUser, listUsers } from './service/read-users.ts'
import { resetUserPassword } from './service/reset-user-password.ts'
import { setUserRoles } from './service/set-user-roles.ts'
import { updateUser } from './service/update-user.ts'

const needs = (permission: string) => ({ kind: 'permission', permission }) as const
const refusals = [authErrors.lastAdministrator, rbacErrors.grantTooWide, authErrors.stepUpRequired]

/** Users for those who administer them. */
export const userRoutes = [
  route({
    method: 'get',
    path: '/users',
    operationId: 'listUsers',
    summary: 'List and search the users, newest first',
    access: needs('users:read'),
    query: schemas.usersQuery,
    success: { status: 200, schema: userPage },
    handle: (deps, ctx, { query }) => listUsers(deps, ctx, query),
  }),
  route({
    method: 'post',
    path: '/users',
    operationId: 'createUser',
    summary: 'Create a user with a password; an invitation lets the user choose one',
    access: needs('users:create'),
    body: createUserInput,
    success: { status: 201, schema: userSchema },
    errors: [
      authErrors.emailTaken,
      rbacErrors.grantTooWide,
      authErrors.stepUpRequired,
      errors.tooManyRequests,
    ],
    version: (user) => user.version,
    location: (user) => `/api/v1/auth/users/${user.id}`,
    handle: (deps, ctx, { body }) => createUser(deps, ctx, body),
  }),
  route({
    method: 'get',
    path: '/users/{id}',
    operationId: 'getUser',
    summary: 'Read a user',
    access: needs('users:read'),
    params: idParams,
    success: { status: 200, schema: userSchema },
    version: (user) => user.version,
    handle: (deps, ctx, { params }) => getUser(deps, ctx, params),
  }),
  route({
    method: 'patch',
    path: '/users/{id}',
    operationId: 'updateUser',
    summary: 'Disable or enable a user, or give it another name or address',
    access: needs('users:update'),
    params: idParams,
    body: schemas.updateUserInput,
    success: { status: 200, schema: userSchema },
    errors: [...refusals, authErrors.emailTaken],
    ifMatch: 'required',
    version: (user) => user.version,
    handle: (deps, ctx, { params, body, ifMatch = '*' }) =>
      updateUser(deps, ctx, { ...params, ...body, version: ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/users/{id}',
    operationId: 'deleteUser',
    summary: 'Delete a user and what the account says of it',
    access: needs('users:delete'),
    params: idParams,
    success: { status: 204 },
    errors: refusals,
    ifMatch: 'required',
    handle: async (deps, ctx, { params, ifMatch = '*' }): Promise<undefined> => {
      await deleteUser(deps, ctx, { ...params, version: ifMatch })
    },
  }),
  route({
    method: 'put',
    path: '/users/{id}/roles',
    operationId: 'setUserRoles',
    summary: 'Give a user other roles',
    access: needs('users:update'),
    params: idParams,
    body: schemas.rolesInput,
    success: { status: 200, schema: userSchema },
    errors: refusals,
    ifMatch: 'required',
    version: (user) => user.version,
    handle: (deps, ctx, { params, body, ifMatch = '*' }) =>
      setUserRoles(deps, ctx, { ...params, ...body, version: ifMatch }),
  }),
  route({
    method: 'post',
    path: '/users/{id}/password-reset',
    operationId: 'resetUserPassword',
    summary: 'Have a link for a new password sent to a user',
    access: needs('users:update'),
    params: idParams,
    success: { status: 202, schema: acceptedSchema },
    errors: [errors.notFound, rbacErrors.grantTooWide],
    idempotency: 'none',
    handle: (deps, ctx, { params }) => resetUserPassword(deps, ctx, params),
  }),
]

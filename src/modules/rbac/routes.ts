import { errors } from '../../kernel/errors.ts'
import { pageQuery } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { authzRoutes } from './authz/routes.ts'
import { rbacErrors } from './errors.ts'
import {
  type Role,
  createRoleBody,
  permissionPage,
  roleParams,
  rolePage,
  roleSchema,
  updateRoleBody,
} from './schemas.ts'
import { createRole, deleteRole, updateRole } from './service/change-roles.ts'
import { listPermissions } from './service/permissions.ts'
import { getRole, listRoles } from './service/roles.ts'

const access = { kind: 'permission', permission: 'roles:read' } as const
const version = (role: Role) => role.version

const reads = [
  route({
    method: 'get',
    path: '/roles',
    operationId: 'listRoles',
    summary: 'List the roles by slug',
    access,
    query: pageQuery,
    success: { status: 200, schema: rolePage },
    handle: (deps, ctx, { query }) => listRoles(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/roles/{slug}',
    operationId: 'getRole',
    summary: 'Read a role',
    access,
    params: roleParams,
    success: { status: 200, schema: roleSchema },
    version,
    handle: (deps, ctx, { params }) => getRole(deps, ctx, params),
  }),
  route({
    method: 'get',
    path: '/permissions',
    operationId: 'listPermissions',
    summary: 'List every permission with the roles that hold it',
    access,
    query: pageQuery,
    success: { status: 200, schema: permissionPage },
    handle: (deps, ctx, { query }) => listPermissions(deps, ctx, query),
  }),
]

const refusals = [rbacErrors.grantTooWide, rbacErrors.systemRole, errors.notFound]

const writes = [
  route({
    method: 'post',
    path: '/roles',
    operationId: 'createRole',
    summary: 'Make a role',
    access: { kind: 'permission', permission: 'roles:create' },
    body: createRoleBody,
    success: { status: 201, schema: roleSchema },
    errors: [rbacErrors.grantTooWide, rbacErrors.slugTaken, rbacErrors.tooManyRoles],
    version,
    location: (role) => `/api/v1/rbac/roles/${role.slug}`,
    handle: (deps, ctx, { body }) => createRole(deps, ctx, body),
  }),
  route({
    method: 'patch',
    path: '/roles/{slug}',
    operationId: 'updateRole',
    summary: 'Change a role and what it permits',
    access: { kind: 'permission', permission: 'roles:update' },
    ifMatch: 'required',
    params: roleParams,
    body: updateRoleBody,
    success: { status: 200, schema: roleSchema },
    errors: refusals,
    version,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updateRole(deps, ctx, { ...body, ...params, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/roles/{slug}',
    operationId: 'deleteRole',
    summary: 'Delete a role that nobody has',
    access: { kind: 'permission', permission: 'roles:delete' },
    ifMatch: 'required',
    params: roleParams,
    success: { status: 204 },
    errors: [...refusals, rbacErrors.roleInUse],
    handle: async (deps, ctx, { params, ifMatch }) => {
      await deleteRole(deps, ctx, { ...params, ifMatch })
      return undefined
    },
  }),
]

export const routes = [...reads, ...writes, ...authzRoutes]

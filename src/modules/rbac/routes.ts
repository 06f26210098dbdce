import { pageQuery } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { permissionPage, roleParams, rolePage, roleSchema } from './schemas.ts'
import { listPermissions } from './service/permissions.ts'
import { getRole, listRoles } from './service/roles.ts'

const access = { kind: 'permission', permission: 'roles:read' } as const

export const routes = [
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
    version: (role) => role.version,
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

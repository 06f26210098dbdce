import { parseArguments } from '../../kernel/parse.ts'
import { type Page, pageQuery } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { roleParams } from './schemas.ts'
import { listPermissions } from './service/permissions.ts'
import { getRole, listRoles } from './service/roles.ts'
import type { PermissionEntry, Role } from './types.ts'

/** Adds roles and permissions to the schema. */
export function rbacGraphql(builder: GraphqlBuilder): void {
  const { rolePage, role } = addRole(builder)
  const permissionPage = addPermission(builder)
  builder.queryFields((t) => ({
    roles: t.field({
      type: rolePage,
      description: 'The roles by slug.',
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) => listRoles(deps, ctx, parseArguments(pageQuery, args)),
    }),
    role: t.field({
      type: role,
      args: { slug: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getRole(deps, ctx, parseArguments(roleParams, args)),
    }),
    permissions: t.field({
      type: permissionPage,
      description: 'Every permission by name, with the roles that hold it.',
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listPermissions(deps, ctx, parseArguments(pageQuery, args)),
    }),
  }))
}

function addRole(builder: GraphqlBuilder) {
  const role = builder.objectRef<Role>('Role').implement({
    description: 'A named set of permissions.',
    fields: (t) => ({
      slug: t.exposeString('slug'),
      name: t.exposeString('name'),
      isSystem: t.exposeBoolean('isSystem'),
      version: t.exposeInt('version'),
      permissions: t.exposeStringList('permissions'),
    }),
  })
  const rolePage = builder.objectRef<Page<Role>>('RolePage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [role] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  return { role, rolePage }
}

function addPermission(builder: GraphqlBuilder) {
  const permission = builder.objectRef<PermissionEntry>('Permission').implement({
    description: 'A permission and the roles that hold it.',
    fields: (t) => ({
      name: t.exposeString('name'),
      description: t.exposeString('description'),
      module: t.exposeString('module'),
      roles: t.exposeStringList('roles'),
      ownRoles: t.exposeStringList('ownRoles'),
    }),
  })
  return builder.objectRef<Page<PermissionEntry>>('PermissionPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [permission] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
}

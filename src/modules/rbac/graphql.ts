import { parseArguments, parseWith } from '../../kernel/parse.ts'
import { type Page, pageQuery } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { type GrantRef, addGrant, authzGraphql } from './authz/graphql.ts'
import {
  type PermissionEntry,
  type Role,
  createRoleBody,
  roleParams,
  updateRoleBody,
} from './schemas.ts'
import { createRole, deleteRole, updateRole } from './service/change-roles.ts'
import { listPermissions } from './service/permissions.ts'
import { getRole, listRoles } from './service/roles.ts'

/** Adds roles, permissions and questions about them to the schema. */
export function rbacGraphql(builder: GraphqlBuilder): void {
  const grant = addGrant(builder)
  const { rolePage, role } = addRole(builder, grant)
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
  addMutations(builder, role)
  authzGraphql(builder, grant)
}

type RoleRef = ReturnType<typeof addRole>['role']

function addRole(builder: GraphqlBuilder, grant: GrantRef) {
  const role = builder.objectRef<Role>('Role').implement({
    description: 'A named set of permissions.',
    fields: (t) => ({
      slug: t.exposeString('slug'),
      name: t.exposeString('name'),
      description: t.exposeString('description'),
      isSystem: t.exposeBoolean('isSystem'),
      version: t.exposeInt('version'),
      grants: t.expose('grants', { type: [grant] }),
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
  const held = builder.objectRef<PermissionEntry['grants'][number]>('RoleGrant').implement({
    description: 'A role that holds a permission, and what narrows it there.',
    fields: (t) => ({
      role: t.exposeString('role'),
      own: t.boolean({ resolve: ({ own }) => own ?? false }),
      statuses: t.stringList({ nullable: true, resolve: ({ statuses }) => statuses ?? null }),
      fields: t.stringList({ nullable: true, resolve: ({ fields }) => fields ?? null }),
    }),
  })
  const space = builder.objectRef<NonNullable<PermissionEntry['rules']>>('RuleSpace').implement({
    description: 'What a rule of a permission may name.',
    fields: (t) => ({
      item: t.exposeString('item'),
      own: t.boolean({ resolve: ({ own }) => own ?? false }),
      statuses: t.stringList({ nullable: true, resolve: ({ statuses }) => statuses ?? null }),
      fields: t.stringList({ nullable: true, resolve: ({ fields }) => fields ?? null }),
    }),
  })
  const permission = builder.objectRef<PermissionEntry>('Permission').implement({
    description: 'A permission and the roles that hold it.',
    fields: (t) => ({
      name: t.exposeString('name'),
      description: t.exposeString('description'),
      module: t.exposeString('module'),
      rules: t.expose('rules', { type: space, nullable: true }),
      grants: t.expose('grants', { type: [held] }),
    }),
  })
  return builder.objectRef<Page<PermissionEntry>>('PermissionPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [permission] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
}

function addMutations(builder: GraphqlBuilder, role: RoleRef): void {
  const inputs = addInputs(builder)
  const version = 'The version that is replaced; any when left out.'
  builder.mutationFields((t) => ({
    createRole: t.field({
      type: role,
      nullable: true,
      args: { input: t.arg({ type: inputs.create, required: true }) },
      resolve: (_, { input }, { deps, ctx }) =>
        createRole(deps, ctx, parseWith(createRoleBody, given(input), '/input')),
    }),
    updateRole: t.field({
      type: role,
      nullable: true,
      args: {
        slug: t.arg.string({ required: true }),
        version: t.arg.int({ description: version }),
        input: t.arg({ type: inputs.update, required: true }),
      },
      resolve: (_, { slug, version: seen, input }, { deps, ctx }) =>
        updateRole(deps, ctx, {
          ...parseWith(updateRoleBody, given(input), '/input'),
          ...parseArguments(roleParams, { slug }),
          ifMatch: seen ?? undefined,
        }),
    }),
    deleteRole: t.boolean({
      nullable: true,
      args: {
        slug: t.arg.string({ required: true }),
        version: t.arg.int({ description: version }),
      },
      resolve: async (_, { slug, version: seen }, { deps, ctx }) => {
        const target = parseArguments(roleParams, { slug })
        await deleteRole(deps, ctx, { ...target, ifMatch: seen ?? undefined })
        return true
      },
    }),
  }))
}

function addInputs(builder: GraphqlBuilder) {
  const grant = builder.inputType('GrantInput', {
    fields: (t) => ({
      permission: t.string({ required: true }),
      own: t.boolean(),
      statuses: t.stringList(),
      fields: t.stringList(),
    }),
  })
  return {
    create: builder.inputType('CreateRoleInput', {
      fields: (t) => ({
        slug: t.string({ required: true }),
        name: t.string({ required: true }),
        description: t.string(),
        grants: t.field({ type: [grant], required: true }),
      }),
    }),
    update: builder.inputType('UpdateRoleInput', {
      fields: (t) => ({
        name: t.string(),
        description: t.string(),
        grants: t.field({ type: [grant] }),
      }),
    }),
  }
}

/** A role’s input without what is null, and without `own: false`: neither narrows anything. */
function given({ grants, ...rest }: { grants?: readonly object[] | null | undefined }): object {
  return { ...present(rest), ...(grants && { grants: grants.map(present) }) }
}

function present(input: object): object {
  return Object.fromEntries(
    Object.entries(input).filter(([key, value]) => value !== null && (key !== 'own' || value)),
  )
}

import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { administratorInput, createUserInput, tenantParams } from '../schemas.ts'
import { createAdministrator } from '../service/administrator.ts'
import type { User } from '../types.ts'
import * as schemas from './schemas.ts'
import { createUser } from './service/create-user.ts'
import { deleteUser } from './service/delete-user.ts'
import { getUser, listUsers } from './service/read-users.ts'
import { resetUserPassword } from './service/reset-user-password.ts'
import { setUserRoles } from './service/set-user-roles.ts'
import { updateUser } from './service/update-user.ts'

const VERSION = 'The version that is replaced; any when left out.'

/** Adds users and their administration to the schema. */
export function usersGraphql(builder: GraphqlBuilder): void {
  const types = addUser(builder)
  addUserQueries(builder, types)
  addNewUsers(builder, types)
  addUserChanges(builder, types)
}

type UserTypes = ReturnType<typeof addUser>

function addUser(builder: GraphqlBuilder) {
  const status = builder.enumType('UserStatus', { values: ['active', 'disabled'] as const })
  const user = builder.objectRef<User>('User').implement({
    description: 'Somebody who can log in to the tenant.',
    fields: (t) => ({
      id: t.exposeID('id'),
      email: t.exposeString('email'),
      emailVerified: t.exposeBoolean('emailVerified'),
      name: t.exposeString('name'),
      status: t.expose('status', { type: status }),
      roles: t.exposeStringList('roles'),
      version: t.exposeInt('version'),
      lastLoginAt: t.expose('lastLoginAt', { type: 'DateTime', nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    }),
  })
  return { user, status }
}

function addUserPage(builder: GraphqlBuilder, { user }: UserTypes) {
  return builder.objectRef<Page<User>>('UserPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [user] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
}

function addUserQueries(builder: GraphqlBuilder, types: UserTypes): void {
  const { user, status } = types
  const page = addUserPage(builder, types)
  builder.queryFields((t) => ({
    users: t.field({
      type: page,
      description: 'The users, newest first.',
      args: {
        limit: t.arg.int(),
        cursor: t.arg.string(),
        status: t.arg({ type: status }),
        role: t.arg.string(),
        search: t.arg.string({ description: 'How the address or the name begins.' }),
      },
      resolve: (_, args, { deps, ctx }) =>
        listUsers(deps, ctx, parseArguments(schemas.usersQuery, args)),
    }),
    user: t.field({
      type: user,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getUser(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addNewUsers(builder: GraphqlBuilder, { user }: UserTypes): void {
  builder.mutationFields((t) => ({
    createTenantAdministrator: t.field({
      type: user,
      description: 'Makes an administrator of a tenant; for operators of the control tenant.',
      args: {
        tenantId: t.arg.id({ required: true }),
        email: t.arg.string({ required: true }),
        name: t.arg.string({ required: true }),
        password: t.arg.string({ required: true }),
      },
      resolve: (_, { tenantId, ...input }, { deps, ctx }) =>
        createAdministrator(deps, ctx, {
          ...parseArguments(tenantParams, { tenantId }),
          ...parseArguments(administratorInput, input),
        }),
    }),
    createUser: t.field({
      type: user,
      args: {
        email: t.arg.string({ required: true }),
        name: t.arg.string({ required: true }),
        password: t.arg.string({ required: true }),
        roles: t.arg.stringList({ required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        createUser(deps, ctx, parseArguments(createUserInput, args)),
    }),
  }))
}

function addUserChanges(builder: GraphqlBuilder, { user, status }: UserTypes): void {
  builder.mutationFields((t) => ({
    updateUser: t.field({
      type: user,
      description: 'Disables or enables a user, or gives it another name or address.',
      args: {
        id: t.arg.id({ required: true }),
        status: t.arg({ type: status }),
        name: t.arg.string(),
        email: t.arg.string(),
        version: t.arg.int({ description: VERSION }),
      },
      resolve: (_, { id, version, ...input }, { deps, ctx }) =>
        updateUser(deps, ctx, {
          ...targetOf(id, version),
          ...parseArguments(schemas.updateUserInput, input),
        }),
    }),
    setUserRoles: t.field({
      type: user,
      description: 'Gives a user other roles and ends its access tokens.',
      args: {
        id: t.arg.id({ required: true }),
        roles: t.arg.stringList({ required: true }),
        version: t.arg.int({ description: VERSION }),
      },
      resolve: (_, { id, roles, version }, { deps, ctx }) =>
        setUserRoles(deps, ctx, {
          ...targetOf(id, version),
          ...parseArguments(schemas.rolesInput, { roles }),
        }),
    }),
    deleteUser: t.boolean({
      nullable: true,
      args: { id: t.arg.id({ required: true }), version: t.arg.int({ description: VERSION }) },
      resolve: async (_, { id, version }, { deps, ctx }) => {
        await deleteUser(deps, ctx, targetOf(id, version))
        return true
      },
    }),
    resetUserPassword: t.string({
      description: 'Sends a user a link for a new password.',
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, args, { deps, ctx }) =>
        (await resetUserPassword(deps, ctx, parseArguments(idParams, args))).status,
    }),
  }))
}

function targetOf(id: string | number, version: number | null | undefined) {
  return { ...parseArguments(idParams, { id }), version: version ?? ('*' as const) }
}

import { parseArguments } from '../../kernel/parse.ts'
import { type Page, idParams } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import * as schemas from './schemas.ts'
import { setUserRoles, setUserStatus } from './service/change-user.ts'
import { login } from './service/login.ts'
import { logout } from './service/logout.ts'
import { me } from './service/me.ts'
import { refresh } from './service/refresh.ts'
import { register } from './service/register.ts'
import { createAdministrator } from './service/administrator.ts'
import { createUser, getUser, listUsers } from './service/users.ts'
import type { Me, SignedIn, SignedInUser, User } from './types.ts'

/** Adds users and sessions to the schema. */
export function authGraphql(builder: GraphqlBuilder): void {
  const types = addUser(builder)
  addUserQueries(builder, types)
  addNewUsers(builder, types)
  addUserChanges(builder, types)
  addSessionFields(builder)
}

type UserTypes = ReturnType<typeof addUser>

function addUser(builder: GraphqlBuilder) {
  const status = builder.enumType('UserStatus', { values: ['active', 'disabled'] as const })
  const user = builder.objectRef<User>('User').implement({
    description: 'Somebody who can log in to the tenant.',
    fields: (t) => ({
      id: t.exposeID('id'),
      email: t.exposeString('email'),
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
      args: { limit: t.arg.int(), cursor: t.arg.string(), status: t.arg({ type: status }) },
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
          ...parseArguments(schemas.tenantParams, { tenantId }),
          ...parseArguments(schemas.administratorInput, input),
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
        createUser(deps, ctx, parseArguments(schemas.createUserInput, args)),
    }),
  }))
}

function addUserChanges(builder: GraphqlBuilder, { user, status }: UserTypes): void {
  const version = 'The version that is replaced; any when left out.'
  builder.mutationFields((t) => ({
    setUserStatus: t.field({
      type: user,
      description: 'Disables or enables a user. Disabling ends all its sessions.',
      args: {
        id: t.arg.id({ required: true }),
        status: t.arg({ type: status, required: true }),
        version: t.arg.int({ description: version }),
      },
      resolve: (_, { id, status: wanted, version: seen }, { deps, ctx }) =>
        setUserStatus(deps, ctx, {
          ...parseArguments(idParams, { id }),
          status: wanted,
          version: seen ?? '*',
        }),
    }),
    setUserRoles: t.field({
      type: user,
      description: 'Gives a user other roles and ends its access tokens.',
      args: {
        id: t.arg.id({ required: true }),
        roles: t.arg.stringList({ required: true }),
        version: t.arg.int({ description: version }),
      },
      resolve: (_, { id, roles, version: seen }, { deps, ctx }) =>
        setUserRoles(deps, ctx, {
          ...parseArguments(idParams, { id }),
          ...parseArguments(schemas.rolesInput, { roles }),
          version: seen ?? '*',
        }),
    }),
  }))
}

function addSessionFields(builder: GraphqlBuilder): void {
  const { myself, signedIn } = addSignedIn(builder)
  builder.queryFields((t) => ({
    me: t.field({
      type: myself,
      description: 'The caller.',
      resolve: (_, _args, { deps, ctx }) => me(deps, ctx),
    }),
  }))
  builder.mutationFields((t) => ({
    login: t.field({
      type: signedIn,
      args: { email: t.arg.string({ required: true }), password: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        login(deps, ctx, parseArguments(schemas.loginInput, args)),
    }),
    refresh: t.field({
      type: signedIn,
      description: 'Spends a refresh token for new tokens.',
      args: { refreshToken: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        refresh(deps, ctx, parseArguments(schemas.refreshInput, args)),
    }),
    logout: t.boolean({
      description: 'Ends the session of the access token.',
      resolve: async (_, _args, { deps, ctx }) => {
        await logout(deps, ctx)
        return true
      },
    }),
    register: t.string({
      description: 'Makes an account. Answers `accepted`, whether the address was known or not.',
      args: {
        email: t.arg.string({ required: true }),
        name: t.arg.string({ required: true }),
        password: t.arg.string({ required: true }),
      },
      resolve: async (_, args, { deps, ctx }) =>
        (await register(deps, ctx, parseArguments(schemas.registerInput, args))).status,
    }),
  }))
}

function addSignedIn(builder: GraphqlBuilder) {
  const signedInUser = builder.objectRef<SignedInUser>('SignedInUser').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      email: t.exposeString('email'),
      name: t.exposeString('name'),
      roles: t.exposeStringList('roles'),
    }),
  })
  const myself = builder.objectRef<Me>('Me').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      email: t.exposeString('email'),
      name: t.exposeString('name'),
      roles: t.exposeStringList('roles'),
      permissions: t.exposeStringList('permissions'),
    }),
  })
  const signedIn = builder.objectRef<SignedIn>('SignedIn').implement({
    description: 'The tokens of a session.',
    fields: (t) => ({
      accessToken: t.exposeString('accessToken'),
      refreshToken: t.exposeString('refreshToken'),
      tokenType: t.exposeString('tokenType'),
      expiresIn: t.exposeInt('expiresIn', { description: 'Seconds that the access token lives.' }),
      user: t.expose('user', { type: signedInUser }),
    }),
  })
  return { myself, signedIn }
}

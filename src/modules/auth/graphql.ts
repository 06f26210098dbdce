import { parseArguments } from '../../kernel/parse.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { accountGraphql } from './account/graphql.ts'
import { changePasswordInput } from './account/schemas.ts'
import { changePassword } from './account/service/change-password.ts'
import { invitationsGraphql } from './invitations/graphql.ts'
import * as schemas from './schemas.ts'
import { me } from './service/me.ts'
import { register } from './service/register.ts'
import { secondFactorGraphql } from './second-factor/graphql.ts'
import { sessionsGraphql } from './sessions/graphql.ts'
import type { Me } from './types.ts'
import { usersGraphql } from './users/graphql.ts'

/** Adds users and sessions to the schema. */
export function authGraphql(builder: GraphqlBuilder): void {
  usersGraphql(builder)
  invitationsGraphql(builder)
  addOwnFields(builder)
  accountGraphql(builder)
  secondFactorGraphql(builder)
}

function addOwnFields(builder: GraphqlBuilder): void {
  const myself = addMyself(builder)
  const signedIn = sessionsGraphql(builder)
  builder.queryFields((t) => ({
    me: t.field({
      type: myself,
      description: 'The caller.',
      resolve: (_, _args, { deps, ctx }) => me(deps, ctx),
    }),
  }))
  builder.mutationFields((t) => ({
    changePassword: t.field({
      type: signedIn,
      description: 'Ends all other sessions and all tokens in use; the session goes on with these.',
      args: {
        currentPassword: t.arg.string({ required: true }),
        newPassword: t.arg.string({ required: true }),
        code: t.arg.string(),
      },
      resolve: (_, args, { deps, ctx }) =>
        changePassword(deps, ctx, parseArguments(changePasswordInput, args)),
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

function addMyself(builder: GraphqlBuilder) {
  return builder.objectRef<Me>('Me').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      email: t.exposeString('email'),
      name: t.exposeString('name'),
      roles: t.exposeStringList('roles'),
      permissions: t.exposeStringList('permissions'),
    }),
  })
}

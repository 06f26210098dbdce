import { parseArguments, parseWith } from '../../../kernel/parse.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import * as schemas from './schemas.ts'
import { confirmEmailChange, requestEmailChange } from './service/change-email.ts'
import { deactivateAccount, deleteAccount } from './service/close-account.ts'
import { requestPasswordReset } from './service/forgotten-password.ts'
import { getProfile, updateProfile } from './service/profile.ts'
import { resetPassword } from './service/reset-password.ts'
import { confirmEmailVerification, requestEmailVerification } from './service/verification.ts'
import type { Profile } from './types.ts'

/** Adds the own account to the schema. */
export function accountGraphql(builder: GraphqlBuilder): void {
  addProfile(builder)
  addLinks(builder)
  addOwn(builder)
}

function addProfile(builder: GraphqlBuilder): void {
  const profile = builder.objectRef<Profile>('Profile').implement({
    description: 'The caller as it may change itself.',
    fields: (t) => ({
      id: t.exposeID('id'),
      email: t.exposeString('email'),
      emailVerified: t.exposeBoolean('emailVerified'),
      name: t.exposeString('name'),
      locale: t.exposeString('locale', { nullable: true }),
      timezone: t.exposeString('timezone', { nullable: true }),
      version: t.exposeInt('version'),
    }),
  })
  builder.queryFields((t) => ({
    profile: t.field({
      type: profile,
      resolve: (_, _args, { deps, ctx }) => getProfile(deps, ctx),
    }),
  }))
  builder.mutationFields((t) => ({
    updateProfile: t.field({
      type: profile,
      description: 'Null for `locale` or `timezone` goes back to the tenant’s own.',
      args: {
        name: t.arg.string(),
        locale: t.arg.string(),
        timezone: t.arg.string(),
        version: t.arg.int({ description: 'The version that is replaced; any when left out.' }),
      },
      resolve: (_, { version, name, ...rest }, { deps, ctx }) =>
        updateProfile(deps, ctx, {
          ...parseWith(schemas.profileInput, { ...rest, name: name ?? undefined }),
          version: version ?? '*',
        }),
    }),
  }))
}

function addLinks(builder: GraphqlBuilder): void {
  builder.mutationFields((t) => ({
    confirmEmailVerification: t.string({
      description: 'Verifies an address by the link that was sent to it. Answers `verified`.',
      args: { token: t.arg.string({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        const input = parseArguments(schemas.tokenInput, args)
        return (await confirmEmailVerification(deps, ctx, input)).status
      },
    }),
    requestPasswordReset: t.string({
      description: 'Sends a link for a new password. Answers `accepted`, whatever the address.',
      args: { email: t.arg.string({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        const input = parseArguments(schemas.forgottenInput, args)
        return (await requestPasswordReset(deps, ctx, input)).status
      },
    }),
    resetPassword: t.string({
      description: 'Sets a password by the link of a mail; ends all sessions. Answers `changed`.',
      args: {
        token: t.arg.string({ required: true }),
        password: t.arg.string({ required: true }),
      },
      resolve: async (_, args, { deps, ctx }) =>
        (await resetPassword(deps, ctx, parseArguments(schemas.resetInput, args))).status,
    }),
    confirmEmailChange: t.string({
      description: 'Takes a new address by the link that was sent to it. Answers `changed`.',
      args: { token: t.arg.string({ required: true }) },
      resolve: async (_, args, { deps, ctx }) =>
        (await confirmEmailChange(deps, ctx, parseArguments(schemas.tokenInput, args))).status,
    }),
  }))
}

function addOwn(builder: GraphqlBuilder): void {
  builder.mutationFields((t) => ({
    requestEmailVerification: t.string({
      description: 'Sends the link again that verifies the caller’s address.',
      resolve: async (_, _args, { deps, ctx }) =>
        (await requestEmailVerification(deps, ctx)).status,
    }),
    requestEmailChange: t.string({
      description: 'Sends a link to the address that the account shall have.',
      args: {
        email: t.arg.string({ required: true }),
        password: t.arg.string({ required: true }),
        code: t.arg.string(),
      },
      resolve: async (_, args, { deps, ctx }) =>
        (await requestEmailChange(deps, ctx, parseArguments(schemas.changeEmailInput, args)))
          .status,
    }),
    deactivateAccount: t.boolean({
      description: 'Disables the caller’s account.',
      args: { password: t.arg.string({ required: true }), code: t.arg.string() },
      resolve: async (_, args, { deps, ctx }) => {
        await deactivateAccount(deps, ctx, parseArguments(schemas.proofInput, args))
        return true
      },
    }),
    deleteAccount: t.boolean({
      description: 'Deletes the caller’s account.',
      args: { password: t.arg.string({ required: true }), code: t.arg.string() },
      resolve: async (_, args, { deps, ctx }) => {
        await deleteAccount(deps, ctx, parseArguments(schemas.proofInput, args))
        return true
      },
    }),
  }))
}

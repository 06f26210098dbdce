import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { tokenInput } from '../account/index.ts'
import * as schemas from './schemas.ts'
import { resendInvitation, revokeInvitation } from './service/change-invitation.ts'
import { createInvitation } from './service/create-invitation.ts'
import { acceptInvitation, renewInvitation } from './service/open-link.ts'
import { getInvitation, listInvitations } from './service/read-invitations.ts'
import type { Invitation } from './types.ts'

/** Adds invitations to the schema. */
export function invitationsGraphql(builder: GraphqlBuilder): void {
  const types = addTypes(builder)
  addQueries(builder, types)
  addMutations(builder, types)
  addLinks(builder)
}

type Types = ReturnType<typeof addTypes>

function addTypes(builder: GraphqlBuilder) {
  const state = builder.enumType('InvitationState', {
    values: ['pending', 'accepted', 'revoked', 'expired'] as const,
  })
  const invitation = builder.objectRef<Invitation>('Invitation').implement({
    description: 'A wish that somebody may make an account.',
    fields: (t) => ({
      id: t.exposeID('id'),
      email: t.exposeString('email'),
      name: t.exposeString('name'),
      roles: t.exposeStringList('roles'),
      state: t.expose('state', { type: state }),
      invitedBy: t.exposeID('invitedBy'),
      userId: t.exposeID('userId', { nullable: true }),
      version: t.exposeInt('version'),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    }),
  })
  const page = builder.objectRef<Page<Invitation>>('InvitationPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [invitation] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  return { state, invitation, page }
}

function addQueries(builder: GraphqlBuilder, { state, invitation, page }: Types): void {
  builder.queryFields((t) => ({
    invitations: t.field({
      type: page,
      description: 'The invitations, newest first.',
      args: { limit: t.arg.int(), cursor: t.arg.string(), state: t.arg({ type: state }) },
      resolve: (_, args, { deps, ctx }) =>
        listInvitations(deps, ctx, parseArguments(schemas.invitationsQuery, args)),
    }),
    invitation: t.field({
      type: invitation,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getInvitation(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addMutations(builder: GraphqlBuilder, { invitation }: Types): void {
  builder.mutationFields((t) => ({
    createInvitation: t.field({
      type: invitation,
      description: 'Invites somebody by mail to make an account with the roles.',
      args: {
        email: t.arg.string({ required: true }),
        name: t.arg.string(),
        roles: t.arg.stringList({ required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        createInvitation(deps, ctx, parseArguments(schemas.createInvitationInput, args)),
    }),
    resendInvitation: t.field({
      type: invitation,
      description: 'Sends an invitation once more; the links before are dead.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        resendInvitation(deps, ctx, parseArguments(idParams, args)),
    }),
    revokeInvitation: t.field({
      type: invitation,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        revokeInvitation(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addLinks(builder: GraphqlBuilder): void {
  builder.mutationFields((t) => ({
    acceptInvitation: t.string({
      description: 'Makes the account of an invitation by the link of its mail. Answers `created`.',
      args: {
        token: t.arg.string({ required: true }),
        name: t.arg.string({ required: true }),
        password: t.arg.string({ required: true }),
      },
      resolve: async (_, args, { deps, ctx }) =>
        (await acceptInvitation(deps, ctx, parseArguments(schemas.acceptInvitationInput, args)))
          .status,
    }),
    renewInvitation: t.string({
      description: 'Sends another link to the address that was invited. Answers `accepted`.',
      args: { token: t.arg.string({ required: true }) },
      resolve: async (_, args, { deps, ctx }) =>
        (await renewInvitation(deps, ctx, parseArguments(tokenInput, args))).status,
    }),
  }))
}

import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { rbacErrors } from '../../rbac/index.ts'
import { acceptedSchema, tokenInput } from '../account/index.ts'
import { authErrors } from '../errors.ts'
import * as schemas from './schemas.ts'
import { resendInvitation, revokeInvitation } from './service/change-invitation.ts'
import { createInvitation } from './service/create-invitation.ts'
import { acceptInvitation, renewInvitation } from './service/open-link.ts'
import { getInvitation, listInvitations } from './service/read-invitations.ts'

const access = { kind: 'permission', permission: 'users:invite' } as const
const version = (invitation: { version: number }) => invitation.version
const one = { status: 200, schema: schemas.invitationSchema } as const

const invitations = [
  route({
    method: 'post',
    path: '/invitations',
    operationId: 'createInvitation',
    summary: 'Invite somebody by mail to make an account with roles',
    access,
    body: schemas.createInvitationInput,
    success: { status: 201, schema: schemas.invitationSchema },
    errors: [
      authErrors.alreadyInvited,
      authErrors.emailTaken,
      authErrors.stepUpRequired,
      rbacErrors.grantTooWide,
    ],
    version,
    location: ({ id }) => `/api/v1/auth/invitations/${id}`,
    handle: (deps, ctx, { body }) => createInvitation(deps, ctx, body),
  }),
  route({
    method: 'get',
    path: '/invitations',
    operationId: 'listInvitations',
    summary: 'List the invitations, newest first',
    access,
    query: schemas.invitationsQuery,
    success: { status: 200, schema: schemas.invitationPage },
    handle: (deps, ctx, { query }) => listInvitations(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/invitations/{id}',
    operationId: 'getInvitation',
    summary: 'Read an invitation',
    access,
    params: idParams,
    success: one,
    version,
    handle: (deps, ctx, { params }) => getInvitation(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/invitations/{id}/resend',
    operationId: 'resendInvitation',
    summary: 'Send an invitation once more; the links before are dead',
    access,
    params: idParams,
    success: one,
    errors: [
      authErrors.invitationClosed,
      authErrors.emailTaken,
      rbacErrors.grantTooWide,
      errors.tooManyRequests,
    ],
    version,
    handle: (deps, ctx, { params }) => resendInvitation(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/invitations/{id}/revoke',
    operationId: 'revokeInvitation',
    summary: 'Take an invitation back',
    access,
    params: idParams,
    success: one,
    errors: [authErrors.invitationClosed, rbacErrors.grantTooWide],
    version,
    handle: (deps, ctx, { params }) => revokeInvitation(deps, ctx, params),
  }),
]

/** What the holder of a link calls. */
const byLink = {
  method: 'post',
  access: { kind: 'public' },
  credentials: 'ignored',
  idempotency: 'none',
} as const

const links = [
  route({
    ...byLink,
    path: '/invitations/accept',
    operationId: 'acceptInvitation',
    summary: 'Make the account of an invitation by the link of its mail',
    body: schemas.acceptInvitationInput,
    success: { status: 201, schema: schemas.createdSchema },
    errors: [
      authErrors.invalidToken,
      authErrors.emailTaken,
      errors.conflict,
      errors.tooManyRequests,
    ],
    handle: (deps, ctx, { body }) => acceptInvitation(deps, ctx, body),
  }),
  route({
    ...byLink,
    path: '/invitations/renew',
    operationId: 'renewInvitation',
    summary: 'Have another link sent for one that is too old, to the address that was invited',
    body: tokenInput,
    success: { status: 202, schema: acceptedSchema },
    errors: [errors.conflict],
    handle: (deps, ctx, { body }) => renewInvitation(deps, ctx, body),
  }),
]

export const invitationRoutes = [...invitations, ...links]

import { errors } from '../../../kernel/errors.ts'
import { route } from '../../../ports/module.ts'
import { authErrors } from '../errors.ts'
import { signedInSchema } from '../schemas.ts'
import * as schemas from './schemas.ts'
import { confirmEmailChange, requestEmailChange } from './service/change-email.ts'
import { changePassword } from './service/change-password.ts'
import { deactivateAccount, deleteAccount } from './service/close-account.ts'
import { requestPasswordReset } from './service/forgotten-password.ts'
import { getProfile, updateProfile } from './service/profile.ts'
import { resetPassword } from './service/reset-password.ts'
import { confirmEmailVerification, requestEmailVerification } from './service/verification.ts'

const authenticated = { kind: 'authenticated' } as const
const accepted = { status: 202, schema: schemas.acceptedSchema } as const
const proven = [
  authErrors.wrongPassword,
  authErrors.codeRequired,
  authErrors.wrongCode,
  errors.tooManyRequests,
]

/** What the holder of a link calls: a stranger as a rule, and the answer is kept for nobody. */
const byLink = {
  method: 'post',
  access: { kind: 'public' },
  credentials: 'ignored',
  idempotency: 'none',
} as const

const links = [
  route({
    ...byLink,
    path: '/verification/confirm',
    operationId: 'confirmEmailVerification',
    summary: 'Verify an e-mail address by the link that was sent to it',
    body: schemas.tokenInput,
    success: { status: 200, schema: schemas.verifiedSchema },
    errors: [authErrors.invalidToken],
    handle: (deps, ctx, { body }) => confirmEmailVerification(deps, ctx, body),
  }),
  route({
    ...byLink,
    path: '/password/forgotten',
    operationId: 'requestPasswordReset',
    summary: 'Have a link for a new password sent to an address',
    body: schemas.forgottenInput,
    success: accepted,
    handle: (deps, ctx, { body }) => requestPasswordReset(deps, ctx, body),
  }),
  route({
    ...byLink,
    path: '/password/reset',
    operationId: 'resetPassword',
    summary: 'Set a new password by the link of a mail; ends all sessions',
    body: schemas.resetInput,
    success: { status: 200, schema: schemas.changedSchema },
    errors: [authErrors.invalidToken, errors.conflict, errors.tooManyRequests],
    handle: (deps, ctx, { body }) => resetPassword(deps, ctx, body),
  }),
  route({
    ...byLink,
    path: '/email/confirm',
    operationId: 'confirmEmailChange',
    summary: 'Take a new e-mail address by the link that was sent to it',
    body: schemas.tokenInput,
    success: { status: 200, schema: schemas.changedSchema },
    errors: [authErrors.invalidToken],
    handle: (deps, ctx, { body }) => confirmEmailChange(deps, ctx, body),
  }),
]

/** What the signed-in user does with the own account. Bodies hold passwords, so no key is kept. */
const own = { method: 'post', access: authenticated, idempotency: 'none' } as const

const account = [
  route({
    ...own,
    path: '/verification',
    operationId: 'requestEmailVerification',
    summary: 'Have the link sent again that verifies the e-mail address',
    success: accepted,
    errors: [errors.tooManyRequests],
    handle: (deps, ctx) => requestEmailVerification(deps, ctx),
  }),
  route({
    ...own,
    path: '/password',
    operationId: 'changePassword',
    summary: 'Change the password; ends all other sessions and all tokens in use',
    body: schemas.changePasswordInput,
    success: { status: 200, schema: signedInSchema },
    errors: proven,
    handle: (deps, ctx, { body }) => changePassword(deps, ctx, body),
  }),
  route({
    ...own,
    path: '/email',
    operationId: 'requestEmailChange',
    summary: 'Have a link sent to the address that the account shall have',
    body: schemas.changeEmailInput,
    success: accepted,
    errors: proven,
    handle: (deps, ctx, { body }) => requestEmailChange(deps, ctx, body),
  }),
  route({
    ...own,
    path: '/deactivate',
    operationId: 'deactivateAccount',
    summary: 'Disable the own account',
    body: schemas.proofInput,
    success: { status: 204 },
    errors: [...proven, authErrors.lastAdministrator],
    handle: async (deps, ctx, { body }): Promise<undefined> => {
      await deactivateAccount(deps, ctx, body)
    },
  }),
  route({
    ...own,
    path: '/delete',
    operationId: 'deleteAccount',
    summary: 'Delete the own account and what it says of its user',
    body: schemas.proofInput,
    success: { status: 204 },
    errors: [...proven, authErrors.lastAdministrator],
    handle: async (deps, ctx, { body }): Promise<undefined> => {
      await deleteAccount(deps, ctx, body)
    },
  }),
]

const profile = [
  route({
    method: 'get',
    path: '/profile',
    operationId: 'getProfile',
    summary: 'Read the own profile',
    access: authenticated,
    success: { status: 200, schema: schemas.profileSchema },
    version: (result) => result.version,
    handle: (deps, ctx) => getProfile(deps, ctx),
  }),
  route({
    method: 'patch',
    path: '/profile',
    operationId: 'updateProfile',
    summary: 'Change the own name, language or time zone',
    access: authenticated,
    body: schemas.profileInput,
    success: { status: 200, schema: schemas.profileSchema },
    ifMatch: 'required',
    version: (result) => result.version,
    handle: (deps, ctx, { body, ifMatch = '*' }) =>
      updateProfile(deps, ctx, { ...body, version: ifMatch }),
  }),
]

export const accountRoutes = [...links, ...account, ...profile]

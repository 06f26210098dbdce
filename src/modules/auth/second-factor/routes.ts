import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { rbacErrors } from '../../rbac/index.ts'
import { authErrors } from '../errors.ts'
import * as schemas from './schemas.ts'
import { confirmSecondFactor, startSecondFactor } from './service/enrol.ts'
import { getSecondFactor, renewRecoveryCodes, stepUp } from './service/own-factor.ts'
import { disableSecondFactor, resetUserSecondFactor } from './service/remove-factor.ts'

const access = { kind: 'authenticated' } as const
/** The answers hold secrets, or the bodies do. */
const secret = { method: 'post', access, idempotency: 'none' } as const

export const secondFactorRoutes = [
  route({
    method: 'get',
    path: '/second-factor',
    operationId: 'getSecondFactor',
    summary: 'Read the state of the own second factor',
    access,
    success: { status: 200, schema: schemas.stateSchema },
    handle: (deps, ctx) => getSecondFactor(deps, ctx),
  }),
  route({
    ...secret,
    path: '/second-factor',
    operationId: 'startSecondFactor',
    summary: 'Begin a second factor: read what an app for codes needs, this once',
    body: schemas.startInput,
    success: { status: 200, schema: schemas.enrolmentSchema },
    errors: [
      authErrors.wrongPassword,
      authErrors.secondFactorOff,
      authErrors.secondFactorActive,
      errors.tooManyRequests,
    ],
    handle: (deps, ctx, { body }) => startSecondFactor(deps, ctx, body),
  }),
  route({
    ...secret,
    path: '/second-factor/confirm',
    operationId: 'confirmSecondFactor',
    summary: 'Switch on the second factor by a first code; ends all other sessions',
    body: schemas.confirmInput,
    success: { status: 200, schema: schemas.recoveryCodesSchema },
    errors: [
      authErrors.wrongCode,
      authErrors.secondFactorInactive,
      authErrors.secondFactorActive,
      errors.conflict,
      errors.tooManyRequests,
    ],
    handle: (deps, ctx, { body }) => confirmSecondFactor(deps, ctx, body),
  }),
  route({
    ...secret,
    path: '/second-factor/recovery-codes',
    operationId: 'renewRecoveryCodes',
    summary: 'Make new recovery codes and read them this once',
    success: { status: 200, schema: schemas.recoveryCodesSchema },
    errors: [authErrors.stepUpRequired, authErrors.secondFactorInactive, errors.conflict],
    handle: (deps, ctx) => renewRecoveryCodes(deps, ctx),
  }),
  route({
    method: 'post',
    path: '/second-factor/disable',
    operationId: 'disableSecondFactor',
    summary: 'Switch off the own second factor',
    access,
    success: { status: 204 },
    errors: [
      authErrors.stepUpRequired,
      authErrors.secondFactorRequired,
      authErrors.secondFactorInactive,
    ],
    handle: async (deps, ctx): Promise<undefined> => {
      await disableSecondFactor(deps, ctx)
    },
  }),
  route({
    ...secret,
    path: '/step-up',
    operationId: 'stepUp',
    summary: 'Let the session do what is sensitive for ten minutes',
    body: schemas.stepUpInput,
    success: { status: 200, schema: schemas.elevatedSchema },
    errors: [
      authErrors.wrongPassword,
      authErrors.codeRequired,
      authErrors.wrongCode,
      errors.tooManyRequests,
    ],
    handle: (deps, ctx, { body }) => stepUp(deps, ctx, body),
  }),
  route({
    method: 'delete',
    path: '/users/{id}/second-factor',
    operationId: 'resetUserSecondFactor',
    summary: 'Switch off the second factor of a user who has lost it',
    access: { kind: 'permission', permission: 'users:update' },
    params: idParams,
    success: { status: 204 },
    errors: [
      rbacErrors.grantTooWide,
      authErrors.stepUpRequired,
      authErrors.secondFactorInactive,
      errors.sessionRequired,
    ],
    handle: async (deps, ctx, { params }): Promise<undefined> => {
      await resetUserSecondFactor(deps, ctx, params)
    },
  }),
]

import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { rbacErrors } from '../../rbac/index.ts'
import { authErrors } from '../errors.ts'
import { signedInSchema } from '../schemas.ts'
import * as schemas from './schemas.ts'
import { renew, signIn, signInByCode, signOut } from './service/browser.ts'
import { endSession, endSessions, endUserSession, endUserSessions } from './service/end-sessions.ts'
import { listLogins, listSessions, listUserSessions } from './service/list-sessions.ts'

const authenticated = { kind: 'authenticated' } as const
const anybody = { kind: 'public' } as const
const mayRead = { kind: 'permission', permission: 'users:read' } as const
const mayUpdate = { kind: 'permission', permission: 'users:update' } as const

const doors = [
  route({
    method: 'post',
    path: '/login',
    operationId: 'login',
    summary: 'Log in by e-mail address and password',
    access: anybody,
    credentials: 'ignored',
    body: schemas.loginInput,
    success: { status: 200, schema: schemas.loginAnswer },
    errors: [
      authErrors.invalidCredentials,
      authErrors.emailNotVerified,
      authErrors.originRefused,
      errors.tooManyRequests,
    ],
    idempotency: 'none',
    handle: (deps, ctx, { body }) => signIn(deps, ctx, body),
  }),
  route({
    method: 'post',
    path: '/login/second-factor',
    operationId: 'completeLogin',
    summary: 'End a log-in by a code of the second factor or a recovery code',
    access: anybody,
    credentials: 'ignored',
    body: schemas.completeLoginInput,
    success: { status: 200, schema: schemas.loggedInSchema },
    errors: [
      authErrors.invalidChallenge,
      authErrors.wrongCode,
      authErrors.originRefused,
      errors.tooManyRequests,
    ],
    idempotency: 'none',
    handle: (deps, ctx, { body }) => signInByCode(deps, ctx, body),
  }),
  route({
    method: 'post',
    path: '/refresh',
    operationId: 'refresh',
    summary: 'Spend a refresh token for new tokens',
    access: anybody,
    credentials: 'ignored',
    body: schemas.refreshInput,
    success: { status: 200, schema: signedInSchema },
    errors: [authErrors.invalidRefreshToken, authErrors.originRefused],
    idempotency: 'none',
    handle: (deps, ctx, { body }) => renew(deps, ctx, body),
  }),
  route({
    method: 'post',
    path: '/logout',
    operationId: 'logout',
    summary: 'End the session of the access token',
    access: authenticated,
    success: { status: 204 },
    idempotency: 'none',
    handle: async (deps, ctx): Promise<undefined> => {
      await signOut(deps, ctx)
    },
  }),
]

const own = [
  route({
    method: 'get',
    path: '/sessions',
    operationId: 'listSessions',
    summary: 'List the caller’s sessions, newest first',
    access: authenticated,
    query: schemas.listQuery,
    success: { status: 200, schema: schemas.sessionPage },
    handle: (deps, ctx, { query }) => listSessions(deps, ctx, query),
  }),
  route({
    method: 'delete',
    path: '/sessions/{id}',
    operationId: 'endSession',
    summary: 'End one of the caller’s sessions',
    access: authenticated,
    params: idParams,
    success: { status: 204 },
    handle: async (deps, ctx, { params }): Promise<undefined> => {
      await endSession(deps, ctx, params)
    },
  }),
  route({
    method: 'post',
    path: '/sessions/end',
    operationId: 'endSessions',
    summary: 'End the caller’s other sessions, or all',
    access: authenticated,
    body: schemas.endInput,
    success: { status: 204 },
    handle: async (deps, ctx, { body }): Promise<undefined> => {
      await endSessions(deps, ctx, body)
    },
  }),
  route({
    method: 'get',
    path: '/history',
    operationId: 'listLogins',
    summary: 'List the caller’s log-ins and failed ones of the last 90 days, newest first',
    access: authenticated,
    query: schemas.listQuery,
    success: { status: 200, schema: schemas.loginPage },
    handle: (deps, ctx, { query }) => listLogins(deps, ctx, query),
  }),
]

const ofUsers = [
  route({
    method: 'get',
    path: '/users/{id}/sessions',
    operationId: 'listUserSessions',
    summary: 'List a user’s sessions, newest first',
    access: mayRead,
    params: idParams,
    query: schemas.listQuery,
    success: { status: 200, schema: schemas.sessionPage },
    handle: (deps, ctx, { params, query }) => listUserSessions(deps, ctx, { ...params, ...query }),
  }),
  route({
    method: 'delete',
    path: '/users/{id}/sessions',
    operationId: 'endUserSessions',
    summary: 'End all sessions of a user',
    access: mayUpdate,
    params: idParams,
    success: { status: 204 },
    errors: [rbacErrors.grantTooWide],
    handle: async (deps, ctx, { params }): Promise<undefined> => {
      await endUserSessions(deps, ctx, params)
    },
  }),
  route({
    method: 'delete',
    path: '/users/{id}/sessions/{sessionId}',
    operationId: 'endUserSession',
    summary: 'End a session of a user',
    access: mayUpdate,
    params: schemas.userSessionParams,
    success: { status: 204 },
    errors: [rbacErrors.grantTooWide],
    handle: async (deps, ctx, { params }): Promise<undefined> => {
      await endUserSession(deps, ctx, params)
    },
  }),
]

export const sessionRoutes = [...doors, ...own, ...ofUsers]

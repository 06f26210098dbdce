import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import type { SignedInUser } from '../types.ts'
import * as schemas from './schemas.ts'
import { renew, signIn, signInByCode, signOut } from './service/browser.ts'
import { endSession, endSessions, endUserSession, endUserSessions } from './service/end-sessions.ts'
import { listLogins, listSessions, listUserSessions } from './service/list-sessions.ts'
import type { LoginAnswer, LoginEntry, Session, SignedInAnswer } from './types.ts'

/** Adds log-in and sessions to the schema. Gives the type of what a log-in answers. */
export function sessionsGraphql(builder: GraphqlBuilder) {
  const signedIn = addSignedIn(builder)
  addLogins(builder, signedIn)
  addDoors(builder, signedIn.answer)
  addLists(builder)
  addEndings(builder)
  return signedIn.answer
}

type SignedInType = ReturnType<typeof addSignedIn>

function addSignedIn(builder: GraphqlBuilder) {
  const user = builder.objectRef<SignedInUser>('SignedInUser').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      email: t.exposeString('email'),
      name: t.exposeString('name'),
      roles: t.exposeStringList('roles'),
    }),
  })
  const answer = builder.objectRef<SignedInAnswer>('SignedIn').implement({
    description: 'A session with its tokens, which are null in cookie mode.',
    fields: (t) => ({
      accessToken: t.exposeString('accessToken', { nullable: true }),
      refreshToken: t.exposeString('refreshToken', { nullable: true }),
      tokenType: t.exposeString('tokenType', { nullable: true }),
      expiresIn: t.exposeInt('expiresIn', { description: 'Seconds that the access token lives.' }),
      user: t.expose('user', { type: user }),
      secondFactor: t.exposeString('secondFactor', { nullable: true, description: due }),
    }),
  })
  return { answer, user }
}

const due = '`enrolment_required` where the roles count only once a second factor is on.'
const description = 'For pages: the tokens go into cookies, and not into the answer.'

function sessionOf(answer: LoginAnswer) {
  return answer.status === 'signed_in' ? answer : undefined
}

function challengeOf(answer: LoginAnswer) {
  return answer.status === 'signed_in' ? undefined : answer
}

function addLoginAnswer(builder: GraphqlBuilder, { user }: SignedInType) {
  const status = builder.enumType('LoginStatus', {
    values: ['signed_in', 'second_factor_required'] as const,
  })
  return builder.objectRef<LoginAnswer>('LoginAnswer').implement({
    description: 'A session with its tokens, or a challenge where a code is needed.',
    fields: (t) => ({
      status: t.expose('status', { type: status }),
      challenge: t.string({ nullable: true, resolve: (answer) => challengeOf(answer)?.challenge }),
      accessToken: t.string({
        nullable: true,
        resolve: (answer) => sessionOf(answer)?.accessToken,
      }),
      refreshToken: t.string({
        nullable: true,
        resolve: (answer) => sessionOf(answer)?.refreshToken,
      }),
      tokenType: t.string({ nullable: true, resolve: (answer) => sessionOf(answer)?.tokenType }),
      expiresIn: t.exposeInt('expiresIn', {
        description: 'Seconds that the access token or the challenge lives.',
      }),
      user: t.field({ type: user, nullable: true, resolve: (answer) => sessionOf(answer)?.user }),
      secondFactor: t.string({
        nullable: true,
        description: due,
        resolve: (answer) => sessionOf(answer)?.secondFactor,
      }),
    }),
  })
}

function addLogins(builder: GraphqlBuilder, signedIn: SignedInType): void {
  const login = addLoginAnswer(builder, signedIn)
  builder.mutationFields((t) => ({
    login: t.field({
      type: login,
      args: {
        email: t.arg.string({ required: true }),
        password: t.arg.string({ required: true }),
        cookies: t.arg.boolean({ description }),
      },
      resolve: (_, args, { deps, ctx }) =>
        signIn(deps, ctx, parseArguments(schemas.loginInput, args)),
    }),
    completeLogin: t.field({
      type: login,
      description: 'Ends a log-in by a code of the second factor or a recovery code.',
      args: {
        challenge: t.arg.string({ required: true }),
        code: t.arg.string(),
        recoveryCode: t.arg.string(),
        cookies: t.arg.boolean({ description }),
      },
      resolve: (_, args, { deps, ctx }) =>
        signInByCode(deps, ctx, parseArguments(schemas.completeLoginInput, args)),
    }),
  }))
}

function addDoors(builder: GraphqlBuilder, signedIn: SignedInType['answer']): void {
  builder.mutationFields((t) => ({
    refresh: t.field({
      type: signedIn,
      description: 'Spends a refresh token for new tokens.',
      args: { refreshToken: t.arg.string(), cookies: t.arg.boolean({ description }) },
      resolve: (_, args, { deps, ctx }) =>
        renew(deps, ctx, parseArguments(schemas.refreshInput, args)),
    }),
    logout: t.boolean({
      description: 'Ends the session of the access token.',
      resolve: async (_, _args, { deps, ctx }) => {
        await signOut(deps, ctx)
        return true
      },
    }),
  }))
}

function addSession(builder: GraphqlBuilder) {
  const session = builder.objectRef<Session>('Session').implement({
    description: 'A log-in that lives.',
    fields: (t) => ({
      id: t.exposeID('id'),
      device: t.exposeString('device', { nullable: true }),
      clientAddress: t.exposeString('clientAddress', { nullable: true }),
      country: t.exposeString('country', { nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime' }),
      idleExpiresAt: t.expose('idleExpiresAt', { type: 'DateTime' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
      isCurrent: t.exposeBoolean('isCurrent'),
    }),
  })
  return builder.objectRef<Page<Session>>('SessionPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [session] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
}

function addLogin(builder: GraphqlBuilder) {
  const outcome = builder.enumType('LoginOutcome', { values: ['succeeded', 'failed'] as const })
  const login = builder.objectRef<LoginEntry>('Login').implement({
    description: 'A log-in, or one that failed.',
    fields: (t) => ({
      id: t.exposeID('id'),
      outcome: t.expose('outcome', { type: outcome }),
      sessionId: t.exposeID('sessionId', { nullable: true }),
      device: t.exposeString('device', { nullable: true }),
      clientAddress: t.exposeString('clientAddress', { nullable: true }),
      country: t.exposeString('country', { nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
    }),
  })
  return builder.objectRef<Page<LoginEntry>>('LoginPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [login] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
}

function addLists(builder: GraphqlBuilder): void {
  const sessionPage = addSession(builder)
  const loginPage = addLogin(builder)
  builder.queryFields((t) => ({
    sessions: t.field({
      type: sessionPage,
      description: 'The caller’s sessions, newest first.',
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listSessions(deps, ctx, parseArguments(schemas.listQuery, args)),
    }),
    logins: t.field({
      type: loginPage,
      description: 'The caller’s log-ins and failed ones, newest first.',
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listLogins(deps, ctx, parseArguments(schemas.listQuery, args)),
    }),
    userSessions: t.field({
      type: sessionPage,
      description: 'A user’s sessions, newest first.',
      args: { id: t.arg.id({ required: true }), limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, { id, ...args }, { deps, ctx }) =>
        listUserSessions(deps, ctx, {
          ...parseArguments(idParams, { id }),
          ...parseArguments(schemas.listQuery, args),
        }),
    }),
  }))
}

function addEndings(builder: GraphqlBuilder): void {
  const which = builder.enumType('WhichSessions', { values: ['others', 'all'] as const })
  builder.mutationFields((t) => ({
    endSession: t.boolean({
      description: 'Ends one of the caller’s sessions.',
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        await endSession(deps, ctx, parseArguments(idParams, args))
        return true
      },
    }),
    endSessions: t.boolean({
      description: 'Ends the caller’s other sessions, or all.',
      args: { which: t.arg({ type: which, required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        await endSessions(deps, ctx, args)
        return true
      },
    }),
    endUserSession: t.boolean({
      description: 'Ends a session of a user.',
      args: { id: t.arg.id({ required: true }), sessionId: t.arg.id({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        await endUserSession(deps, ctx, parseArguments(schemas.userSessionParams, args))
        return true
      },
    }),
    endUserSessions: t.boolean({
      description: 'Ends all sessions of a user.',
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        await endUserSessions(deps, ctx, parseArguments(idParams, args))
        return true
      },
    }),
  }))
}

import type { Enrolment, RecoveryCodes } from '../../../../src/modules/auth/second-factor/types.ts'
import type { LoginAnswer } from '../../../../src/modules/auth/sessions/types.ts'
import { codeAt } from '../../../support/totp.ts'
import { PASSWORD, type Role } from '../../../support/world.ts'
import { type Answer, type AuthWorld, createAuthWorld, emailOf } from '../support.ts'

export const AUTH = '/api/v1/auth'
export const STEP = 30_000

/** A world whose passwords are compared without the price of a hash. */
export async function createFactorWorld(): Promise<AuthWorld> {
  const world = await createAuthWorld()
  world.wrapHasher({ verify: async (password) => password === PASSWORD })
  return world
}

/** What the app of somebody shows at the world's time, some steps off. */
export function codeOf(world: AuthWorld, secret: string, steps = 0): Promise<string> {
  return codeAt(secret, world.clock.now(), steps)
}

/** A code that is none of the near ones. */
export async function wrongCode(world: AuthWorld, secret: string): Promise<string> {
  const near = await Promise.all([-2, -1, 0, 1, 2].map((steps) => codeOf(world, secret, steps)))
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
    (code) => !near.includes(code),
  ) as string // -- six candidates and five codes
}

/** Somebody whose second factor is on. */
export interface Enrolled {
  readonly email: string
  readonly userId: string
  readonly token: string
  readonly refreshToken: string
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}

/** Switches on the second factor of the user of a role. The next code is that of the next step. */
export async function enrol(world: AuthWorld, role: Role): Promise<Enrolled> {
  const { accessToken: token, refreshToken, user } = await world.login(role)
  const body = { password: PASSWORD }
  const begun = await world.call<Enrolment>('POST', `${AUTH}/second-factor`, { token, body })
  const { secret } = begun.body
  const confirmed = await world.call<RecoveryCodes>('POST', `${AUTH}/second-factor/confirm`, {
    token,
    body: { code: await codeOf(world, secret) },
  })
  if (confirmed.status !== 200) throw new Error(`the enrolment was refused: ${confirmed.text}`)
  const { recoveryCodes } = confirmed.body
  world.clock.advance(STEP)
  const email = emailOf(world, role)
  return { email, userId: user.id, token, refreshToken, secret, recoveryCodes }
}

/** A log-in by password, and what it answers. */
export function logIn(
  world: AuthWorld,
  email: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answer<LoginAnswer>> {
  return world.call('POST', `${AUTH}/login`, { body: { email, password: PASSWORD, ...more } })
}

/** The challenge after a right password. */
export async function challengeFor(world: AuthWorld, email: string): Promise<string> {
  const { body, text } = await logIn(world, email)
  if (body.status !== 'second_factor_required') throw new Error(`no challenge: ${text}`)
  return body.challenge
}

/** Ends a log-in. */
export function complete(
  world: AuthWorld,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer<LoginAnswer & { readonly accessToken: string; readonly code?: string }>> {
  return world.call('POST', `${AUTH}/login/second-factor`, { body })
}

/** Logs in with a code, and gives the access token. */
export async function logInByCode(world: AuthWorld, { email, secret }: Enrolled): Promise<string> {
  const challenge = await challengeFor(world, email)
  const { status, body, text } = await complete(world, {
    challenge,
    code: await codeOf(world, secret),
  })
  if (status !== 200) throw new Error(`the log-in was refused: ${text}`)
  world.clock.advance(STEP)
  return body.accessToken
}

/** Lets a session do what is sensitive. */
export function stepUp(
  world: AuthWorld,
  token: string,
  proof: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return world.call('POST', `${AUTH}/step-up`, { token, body: { password: PASSWORD, ...proof } })
}

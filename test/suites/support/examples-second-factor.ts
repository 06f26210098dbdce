import type { RequestContext } from '../../../src/kernel/context.ts'
import {
  confirmSecondFactor,
  startSecondFactor,
} from '../../../src/modules/auth/second-factor/service/enrol.ts'
import { login } from '../../../src/modules/auth/sessions/service/login.ts'
import { codeAt } from '../../support/totp.ts'
import { type Client, PASSWORD, signInTo } from '../../support/world.ts'
import type { Example, Examples } from './example.ts'
import { type House, makeUser } from './house.ts'

/** A call of every operation of the room `second-factor` of `auth`. */
export const secondFactorExamples: Examples = {
  getSecondFactor: async (house) => ({ as: await house.as('customer') }),
  startSecondFactor: async (house) => ({
    ...by(await newcomer(house)),
    body: { password: PASSWORD },
  }),
  confirmSecondFactor: async (house) => {
    const user = await newcomer(house)
    const { secret } = await startSecondFactor(house.home.deps(), user.ctx, { password: PASSWORD })
    return { ...by(user), body: { code: await codeAt(secret, house.home.clock.now()) } }
  },
  renewRecoveryCodes: async (house) => by(await enrolled(house)),
  disableSecondFactor: async (house) => by(await enrolled(house)),
  stepUp: async (house) => {
    const user = await enrolled(house)
    return { ...by(user), body: { password: PASSWORD, code: user.nextCode } }
  },
  completeLogin: async (house) => {
    const { email, nextCode } = await enrolled(house)
    const { home } = house
    const answer = await login(home.deps(), await home.system(), { email, password: PASSWORD })
    if (!('challenge' in answer)) throw new Error(`${email} has no second factor`)
    return { as: home.anonymous, body: { challenge: answer.challenge, code: nextCode } }
  },
  resetUserSecondFactor: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await enrolled(house)).id },
  }),
}

/** A new user who has signed in. */
interface Newcomer {
  readonly id: string
  readonly email: string
  readonly as: Client
  readonly accessToken: string
  readonly ctx: RequestContext
}

async function newcomer(house: House): Promise<Newcomer> {
  const { home } = house
  const { id, email } = await makeUser(house)
  const system = await home.system()
  const deps = home.deps()
  const { accessToken } = await signInTo(deps, system, email)
  const claims = await deps.tokens.verify(accessToken, home.clock.now())
  if (!claims) throw new Error('the access token is not valid')
  const { sessionId, roles } = claims
  const principal = { kind: 'user', userId: id, sessionId, roles, permissions: new Map() } as const
  await deps.db.bookkeep([
    {
      sql: 'UPDATE sessions SET elevated_until = ? WHERE tenant_id = ? AND id = ?',
      params: [Number.MAX_SAFE_INTEGER, home.tenantId, sessionId],
    },
  ])
  return { id, email, as: home.anonymous, accessToken, ctx: { ...system, principal } }
}

/** As `newcomer`, with a second factor that is on, and a code that was not used yet. */
async function enrolled(house: House): Promise<Enrolled> {
  const user = await newcomer(house)
  const deps = house.home.deps()
  const now = house.home.clock.now()
  const { secret } = await startSecondFactor(deps, user.ctx, { password: PASSWORD })
  const code = await codeAt(secret, now)
  const { recoveryCodes } = await confirmSecondFactor(deps, user.ctx, { code })
  return { ...user, nextCode: await codeAt(secret, now, 1), recoveryCodes }
}

interface Enrolled extends Newcomer {
  readonly nextCode: string
  readonly recoveryCodes: readonly string[]
}

/** Steps up by a recovery code, which the examples leave alone. */
export async function useRecoveryCode(house: House): Promise<void> {
  const user = await enrolled(house)
  const { as, headers = {} } = by(user)
  const body = { password: PASSWORD, recoveryCode: user.recoveryCodes[0] }
  await as.json('POST', '/api/v1/auth/step-up', { body, headers })
}

function by({ as, accessToken }: Newcomer): Example {
  return { as, headers: { authorization: `Bearer ${accessToken}` } }
}

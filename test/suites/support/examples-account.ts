import { env } from 'cloudflare:workers'
import { newOneTimeToken } from '../../../src/modules/auth/one-time-tokens/index.ts'
import type { TokenPurpose } from '../../../src/modules/auth/one-time-tokens/types.ts'
import type { Example, Examples } from './example.ts'
import { type House, makeUser } from './house.ts'

/** Not the password of the callers, whose accounts the fuzzer must not close. */
const OWN_PASSWORD = 'three blind mice run'

/** A call of every operation of the room `account` of `auth`. */
export const accountExamples: Examples = {
  confirmEmailVerification: (house) => byLink(house, 'email_verification'),
  requestPasswordReset: async (house) => ({
    as: house.home.anonymous,
    body: { email: (await makeUser(house)).email },
  }),
  resetPassword: async (house) => {
    const { as, body } = await byLink(house, 'password_reset')
    return { as, body: { ...body, password: OWN_PASSWORD } }
  },
  confirmEmailChange: (house) => byLink(house, 'email_change'),
  requestEmailVerification: (house) => byNobodyElse(house),
  changePassword: (house) =>
    byNobodyElse(house, { currentPassword: OWN_PASSWORD, newPassword: 'seven slow brown bears' }),
  requestEmailChange: (house) =>
    byNobodyElse(house, { email: `${house.name()}@people.example`, password: OWN_PASSWORD }),
  deactivateAccount: (house) => byNobodyElse(house, { password: OWN_PASSWORD }),
  deleteAccount: (house) => byNobodyElse(house, { password: OWN_PASSWORD }),
  getProfile: async (house) => ({ as: await house.as('customer') }),
  updateProfile: async (house) => ({
    as: await house.as('customer'),
    body: { name: house.name(), locale: 'de', timezone: 'Europe/Berlin' },
  }),
}

/** A token of a new user, as the link of a mail would carry it. */
async function byLink(
  house: House,
  purpose: TokenPurpose,
): Promise<Example & { readonly body: { readonly token: string } }> {
  const { id: subjectId } = await makeUser(house)
  const { token, writes } = await newOneTimeToken(house.home.deps(), await house.home.system(), {
    purpose,
    subjectId,
    boundTo: '1',
    payload: JSON.stringify({ email: `${house.name()}@people.example` }),
  })
  for (const { statement } of writes) {
    await env.DB.prepare(statement.sql)
      .bind(...statement.params)
      .run()
  }
  return { as: house.home.anonymous, body: { token } }
}

/** A call by a user who is there for it alone. */
async function byNobodyElse(house: House, body?: object): Promise<Example> {
  const email = `${house.name()}@people.example`
  const password = OWN_PASSWORD
  const user = { email, name: 'Someone', password, roles: ['customer'] }
  await (await house.as('admin')).json('POST', '/api/v1/auth/users', { body: user })
  const { accessToken } = await house.home.anonymous.json<{ accessToken: string }>(
    'POST',
    '/api/v1/auth/login',
    { body: { email, password } },
  )
  return {
    as: house.home.anonymous,
    headers: { authorization: `Bearer ${accessToken}` },
    ...(body && { body }),
  }
}

import { PASSWORD } from '../../support/world.ts'
import type { Example, Examples } from './example.ts'
import { type House, makeSession, makeUser } from './house.ts'

interface Listed {
  readonly items: readonly { readonly id: string }[]
}

/** A call of every operation of `auth/sessions`. */
export const sessionExamples: Examples = {
  login: async (house) => ({
    as: house.home.anonymous,
    body: { email: (await makeUser(house)).email, password: PASSWORD },
    headers: { 'cf-connecting-ip': '203.0.113.7' },
  }),
  refresh: async (house) => ({
    as: house.home.anonymous,
    body: { refreshToken: (await makeSession(house)).refreshToken },
  }),
  logout: byFreshSession,
  listSessions: async (house) => ({ as: await house.as('customer') }),
  endSession: async (house) => ({
    as: await house.as('customer'),
    params: { id: await makeOwn('/sessions')(house) },
  }),
  endSessions: async (house) => ({ ...(await byFreshSession(house)), body: { which: 'others' } }),
  listLogins: async (house) => ({ as: await house.as('customer') }),
  listUserSessions: async (house) => ({
    as: await house.as('admin'),
    params: { id: await customerOf(house) },
  }),
  endUserSession: async (house) => ({
    as: await house.as('admin'),
    params: { id: await customerOf(house), sessionId: await makeOwn('/sessions')(house) },
  }),
  endUserSessions: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await makeUser(house)).id },
  }),
}

async function byFreshSession(house: House): Promise<Example> {
  const { accessToken } = await makeSession(house)
  return { as: house.home.anonymous, headers: { authorization: `Bearer ${accessToken}` } }
}

/** The house's customer. */
export async function customerOf(house: House): Promise<string> {
  const { userId = '' } = await house.as('customer')
  house.made.add(userId)
  return userId
}

/** Logs the house's customer in once more and answers the newest entry of a list of theirs. */
export function makeOwn(path: '/sessions' | '/history') {
  return async (house: House): Promise<string> => {
    const client = await house.as('customer')
    const email = `customer@${house.home.slug}.example`
    const body = { email, password: PASSWORD }
    await house.home.anonymous.json('POST', '/api/v1/auth/login', { body })
    const newest = `/api/v1/auth${path}?limit=1`
    const { items } = await client.json<Listed>('GET', newest)
    const id = items[0]?.id ?? ''
    house.made.add(id)
    return id
  }
}

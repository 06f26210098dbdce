import { beforeEach, describe, expect, it } from 'vitest'
import type { LoginEntry, Session } from '../../../../src/modules/auth/sessions/types.ts'
import type { SignedIn } from '../../../../src/modules/auth/types.ts'
import type { Page } from '../../../../src/kernel/schemas.ts'
import { limits } from '../../../../src/kernel/limits.ts'
import { loginSweeps } from '../../../../src/modules/auth/sessions/service/sweep.ts'
import { PASSWORD } from '../../../support/world.ts'
import { type AuthWorld, createAuthWorld, emailOf } from '../support.ts'

const AUTH = '/api/v1/auth'
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'
const DAY = 86_400_000

let world: AuthWorld
let email: string
beforeEach(async () => {
  world = await createAuthWorld()
  await world.as('manager')
  email = emailOf(world, 'manager')
  world.wrapHasher({ verify: async (password) => password === PASSWORD })
})

const logIn = async (headers: Record<string, string> = {}, password = PASSWORD) =>
  world.call<SignedIn>('POST', `${AUTH}/login`, { body: { email, password }, headers })
const signedIn = async (headers: Record<string, string> = {}) => (await logIn(headers)).body
const sessionsOf = async (token: string, path = '/sessions') =>
  world.call<Page<Session>>('GET', `${AUTH}${path}`, { token })
const isAlive = async ({ accessToken }: SignedIn) =>
  (await world.call('GET', `${AUTH}/me`, { token: accessToken })).status === 200

describe('the list of sessions', () => {
  it('tells device, address, country, times and which is the caller’s own', async () => {
    const phone = await signedIn({ 'user-agent': IPHONE })
    world.clock.advance(1_000)
    const began = world.clock.now()
    const laptop = await signedIn({
      'user-agent': FIREFOX,
      'cf-connecting-ip': '203.0.113.7',
      'cf-ipcountry': 'DE',
    })
    world.clock.advance(60_000)
    const { body, status, trips } = await sessionsOf(laptop.accessToken)
    expect([status, trips]).toEqual([200, 1])
    const [newest, other] = body.items
    expect(newest).toEqual({
      id: expect.any(String),
      device: 'Firefox on Windows',
      clientAddress: '203.0.113.7',
      country: 'DE',
      createdAt: new Date(began).toISOString(),
      lastUsedAt: new Date(began).toISOString(),
      idleExpiresAt: new Date(began + 14 * DAY).toISOString(),
      expiresAt: new Date(began + 30 * DAY).toISOString(),
      isCurrent: true,
    })
    expect(other).toMatchObject({ device: 'Safari on iPhone', country: null, isCurrent: false })
    expect((await sessionsOf(phone.accessToken)).body.items[1]).toMatchObject({ isCurrent: true })
  })

  it('moves the last use with each refresh', async () => {
    const { refreshToken } = await signedIn()
    world.clock.advance(DAY)
    const { body } = await world.call<SignedIn>('POST', `${AUTH}/refresh`, {
      body: { refreshToken },
    })
    const { items } = (await sessionsOf(body.accessToken)).body
    expect(items[0]?.lastUsedAt).toBe(new Date(world.clock.now()).toISOString())
  })

  it('leaves out what has ended and what has run out', async () => {
    const [ended, unused] = [await signedIn(), await signedIn()]
    await world.call('POST', `${AUTH}/logout`, { token: ended.accessToken })
    world.clock.advance(14 * DAY)
    const late = await signedIn()
    const { items } = (await sessionsOf(late.accessToken)).body
    expect(items.map(({ isCurrent }) => isCurrent)).toEqual([true])
    expect(await isAlive(unused)).toBe(false)
  })
})

describe('A18: ending sessions', () => {
  it('ends one, at once, in one trip, and leaves the others', async () => {
    const [laptop, phone] = [await signedIn(), await signedIn()]
    const [current] = (await sessionsOf(phone.accessToken)).body.items
    const path = `${AUTH}/sessions/${current?.id}`
    const answer = await world.call('DELETE', path, { token: laptop.accessToken })
    expect([answer.status, answer.trips]).toEqual([204, 1])
    expect([await isAlive(phone), await isAlive(laptop)]).toEqual([false, true])
    const { refreshToken } = phone
    expect((await world.call('POST', `${AUTH}/refresh`, { body: { refreshToken } })).status).toBe(
      401,
    )
    expect(await world.eventsOf(current?.id ?? '')).toEqual([
      'auth.user.logged_in',
      'auth.session.ended',
    ])
    expect((await world.call('DELETE', path, { token: laptop.accessToken })).status).toBe(404)
  })

  it('ends all others, or all', async () => {
    const [first, second, third] = [await signedIn(), await signedIn(), await signedIn()]
    const end = (which: string) =>
      world.call('POST', `${AUTH}/sessions/end`, { token: third.accessToken, body: { which } })
    expect((await end('others')).status).toBe(204)
    expect([await isAlive(first), await isAlive(second), await isAlive(third)]).toEqual([
      false,
      false,
      true,
    ])
    expect((await end('all')).status).toBe(204)
    expect(await isAlive(third)).toBe(false)
  })

  it('ends no session of anybody else', async () => {
    const mine = await signedIn()
    const theirs = await world.login('customer')
    const [session] = (await sessionsOf(theirs.accessToken)).body.items
    const path = `${AUTH}/sessions/${session?.id}`
    expect((await world.call('DELETE', path, { token: mine.accessToken })).status).toBe(404)
    expect(await isAlive(theirs)).toBe(true)
  })

  it('is done alike over GraphQL', async () => {
    const [laptop, phone] = [await signedIn(), await signedIn({ 'user-agent': IPHONE })]
    const ask = async (query: string) =>
      (await world.call('POST', '/graphql', { token: laptop.accessToken, body: { query } })).body
    const list = await ask('{ sessions(limit: 1) { items { id device isCurrent } nextCursor } }')
    expect(list).toMatchObject({
      data: { sessions: { items: [{ device: 'Safari on iPhone', isCurrent: false }] } },
    })
    expect(await ask('mutation { endSessions(which: others) }')).toEqual({
      data: { endSessions: true },
    })
    expect([await isAlive(phone), await isAlive(laptop)]).toEqual([false, true])
  })
})

describe('administrators', () => {
  it('list and end the sessions of a user, one and all', async () => {
    const admin = await world.login('admin')
    const [laptop, phone] = [await signedIn(), await signedIn()]
    const path = `/users/${laptop.user.id}/sessions`
    const { items } = (await sessionsOf(admin.accessToken, path)).body
    expect(items.every(({ isCurrent }) => !isCurrent)).toBe(true)
    const end = (below = '') =>
      world.call('DELETE', `${AUTH}${path}${below}`, { token: admin.accessToken })
    const one = await end(`/${items[0]?.id}`)
    expect([one.status, one.trips]).toEqual([204, 2])
    expect([await isAlive(phone), await isAlive(laptop)]).toEqual([false, true])
    const all = await end()
    expect([all.status, all.trips]).toEqual([204, 2])
    expect(await isAlive(laptop)).toBe(false)
    expect(await world.auditOf(laptop.user.id)).toContain('auth.sessions.ended')
  })

  it('end no session of a user who may do more, nor of one who is not there', async () => {
    const admin = await world.login('admin')
    const mighty = await world.login('super_admin')
    const end = (id: string) =>
      world.call('DELETE', `${AUTH}/users/${id}/sessions`, { token: admin.accessToken })
    expect((await end(mighty.user.id)).body).toMatchObject({ code: 'rbac.grant_too_wide' })
    expect((await end('01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11')).status).toBe(404)
    expect(await isAlive(mighty)).toBe(true)
  })
})

describe('the history of log-ins', () => {
  const historyOf = async (token: string, query = '') =>
    (await world.call<Page<LoginEntry>>('GET', `${AUTH}/history${query}`, { token })).body

  it('shows log-ins and failed attempts, newest first, by pages', async () => {
    await logIn({ 'user-agent': 'curl/8.5.0', 'cf-connecting-ip': '198.51.100.9' }, 'wrong')
    world.clock.advance(1_000)
    const { accessToken } = await signedIn({ 'user-agent': FIREFOX })
    const first = await historyOf(accessToken, '?limit=1')
    expect(first.items).toMatchObject([{ outcome: 'succeeded', device: 'Firefox on Windows' }])
    const rest = await historyOf(accessToken, `?cursor=${first.nextCursor}`)
    expect(rest.items[0]).toMatchObject({
      outcome: 'failed',
      device: 'curl',
      clientAddress: '198.51.100.9',
      sessionId: null,
    })
  })

  it('shows nothing of others', async () => {
    await logIn({}, 'wrong')
    const other = await world.login('customer')
    const { items } = await historyOf(other.accessToken)
    expect(items.every(({ outcome }) => outcome === 'succeeded')).toBe(true)
  })

  it('forgets after ninety days', async () => {
    await logIn({}, 'wrong')
    world.clock.advance(limits.loginHistoryDays * DAY + 1)
    const { accessToken } = await signedIn()
    for (const sweep of loginSweeps) {
      while ((await sweep.run(world.deps(), world.clock.now(), 500)) === 500);
    }
    expect((await historyOf(accessToken)).items.length).toBe(1)
  })
})

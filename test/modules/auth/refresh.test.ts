import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import type { SignedIn } from '../../../src/modules/auth/types.ts'
import { type Answer, type AuthWorld, createAuthWorld, emailOf, eventsOf, rows } from './support.ts'

const DAY = 86_400_000

describe('refreshing', () => {
  let world: AuthWorld
  let first: SignedIn
  beforeAll(async () => {
    world = await createAuthWorld()
    await world.as('manager')
  })
  beforeEach(async () => {
    first = await world.loginAgain(emailOf(world, 'manager'))
  })

  const refresh = (refreshToken: string): Promise<Answer<SignedIn>> =>
    world.call('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
  const isAlive = async (token: string) =>
    (await world.call('GET', '/api/v1/auth/me', { token })).status === 200

  it('gives new tokens of the same session, at the price of a read and a commit', async () => {
    const { status, body, trips } = await refresh(first.refreshToken)
    expect(status).toBe(200)
    expect(body.user).toEqual(first.user)
    expect(body.refreshToken).toMatch(/^[\w-]{43}$/)
    expect(body.refreshToken).not.toBe(first.refreshToken)
    expect(body.accessToken).not.toBe(first.accessToken)
    expect(trips).toBe(2)
    expect(await isAlive(body.accessToken)).toBe(true)
    expect(await isAlive(first.accessToken)).toBe(true)
  })

  it('A5: tells a client that missed the answer the same heir again, for ten seconds', async () => {
    const { body: heir } = await refresh(first.refreshToken)
    world.clock.advance(limits.refreshGraceMilliseconds)
    const again = await refresh(first.refreshToken)
    expect(again).toMatchObject({
      status: 200,
      trips: 1,
      body: { refreshToken: heir.refreshToken },
    })
    world.clock.advance(1)
    expect((await refresh(first.refreshToken)).status).toBe(401)
    expect((await refresh(heir.refreshToken)).status).toBe(401)
  })

  it('A4: ends the whole family when a token is used again after its heir', async () => {
    const { body: second } = await refresh(first.refreshToken)
    const { body: third } = await refresh(second.refreshToken)
    const other = await world.loginAgain(emailOf(world, 'manager'))
    const reused = await refresh(first.refreshToken)
    expect(reused).toMatchObject({ status: 401, body: { code: 'auth.invalid_refresh_token' } })
    for (const { refreshToken } of [first, second, third]) {
      expect((await refresh(refreshToken)).status).toBe(401)
    }
    for (const { accessToken } of [first, second, third]) {
      expect(await isAlive(accessToken)).toBe(false)
    }
    expect(await isAlive(other.accessToken)).toBe(true)
    expect((await refresh(other.refreshToken)).status).toBe(200)
  })

  it('tells subscribers of a reuse once, and that the session ended', async () => {
    const { body: second } = await refresh(first.refreshToken)
    await refresh(second.refreshToken)
    const before = (await eventsOf(world.tenantId)).length
    await Promise.all([refresh(first.refreshToken), refresh(first.refreshToken)])
    await refresh(first.refreshToken)
    expect((await eventsOf(world.tenantId)).slice(before)).toMatchObject([
      { type: 'auth.session.reuse_detected', version: 2 },
      { type: 'auth.session.ended', version: 3, payload: expect.stringContaining('"reuse"') },
    ])
  })

  it(
    'A5: makes exactly one heir of ten requests at once, ten times over',
    { timeout: 30_000 },
    async () => {
      const tokens = () =>
        rows('SELECT count(*) AS n FROM refresh_tokens WHERE tenant_id = ?', world.tenantId)
      let { refreshToken } = first
      for (let round = 0; round < 10; round++) {
        const [before] = await tokens()
        const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)))
        expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
        expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1)
        expect(await tokens()).toEqual([{ n: Number(before?.['n']) + 1 }])
        refreshToken = answers[0]?.body.refreshToken ?? ''
      }
    },
  )

  it('A6: is refused after a pause of fourteen days', async () => {
    world.clock.advance(14 * DAY)
    expect((await refresh(first.refreshToken)).status).toBe(401)
  })

  it('A6: is refused at thirty days, however often the session was used', async () => {
    let { refreshToken } = first
    for (let day = 10; day < 30; day += 10) {
      world.clock.advance(10 * DAY)
      refreshToken = (await refresh(refreshToken)).body.refreshToken
    }
    world.clock.advance(10 * DAY - 1)
    const last = await refresh(refreshToken)
    expect(last.status).toBe(200)
    expect(await isAlive(last.body.accessToken)).toBe(true)
    world.clock.advance(1)
    expect(await isAlive(last.body.accessToken)).toBe(false)
    expect((await refresh(last.body.refreshToken)).status).toBe(401)
  })

  it('is refused in another tenant', async () => {
    const other = await createAuthWorld()
    const answer = await other.call('POST', '/api/v1/auth/refresh', {
      body: { refreshToken: first.refreshToken },
    })
    expect(answer.status).toBe(401)
    expect((await refresh(first.refreshToken)).status).toBe(200)
  })

  it.each(['x', 'A'.repeat(43), 'A'.repeat(100), "' OR 1=1 --", '\u0000'])(
    'is refused for %j',
    async (text) => {
      const body = { code: 'auth.invalid_refresh_token' }
      expect(await refresh(text)).toMatchObject({ status: 401, body })
    },
  )

  it('refuses a token of more than a hundred characters as no token at all', async () => {
    expect((await refresh('A'.repeat(101))).status).toBe(422)
  })
})

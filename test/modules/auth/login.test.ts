import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/kernel/digest.ts'
import type { Me, SignedIn } from '../../../src/modules/auth/types.ts'
import { HasherBusyError } from '../../../src/ports/hasher.ts'
import { forgeries } from '../../support/forgeries/index.ts'
import { PASSWORD, createWorld } from '../../support/world.ts'
import { type Answer, type AuthWorld, createAuthWorld, emailOf, eventsOf, rows } from './support.ts'

const LOGIN = '/api/v1/auth/login'
const ME = '/api/v1/auth/me'

/** What an answer shows, without what differs between any two requests. */
function shown({ status, body, headers }: Answer) {
  const { instance: _, requestId: __, ...rest } = body
  const names = [...headers.keys()].filter((name) => name !== 'x-request-id')
  const { 'www-authenticate': challenge } = Object.fromEntries(headers)
  return { status, rest, names, challenge }
}

describe('logging in', () => {
  let world: AuthWorld
  let email: string
  beforeAll(async () => {
    world = await createAuthWorld()
    await world.login('manager')
    await world.as('customer')
    email = emailOf(world, 'manager')
  })

  it('opens a session, at the price of a read and a commit', async () => {
    const before = world.clock.now()
    const { status, body, trips, headers } = await world.call<SignedIn>('POST', LOGIN, {
      body: { email, password: PASSWORD },
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      status: 'signed_in',
      accessToken: expect.stringMatching(/^ey/),
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      tokenType: 'Bearer',
      expiresIn: 900,
      user: { id: expect.any(String), email, name: 'manager', roles: ['manager'] },
    })
    expect(trips).toBe(2)
    expect(headers.get('cache-control')).toBe('no-store')
    const [user] = await rows('SELECT last_login_at FROM users WHERE id = ?', body.user.id)
    expect(user).toEqual({ last_login_at: before })
  })

  it('lets the holder of the access token read who they are, in one trip', async () => {
    const { accessToken, user } = await world.loginAgain(email)
    const { status, body, trips } = await world.call<Me>('GET', ME, { token: accessToken })
    expect(status).toBe(200)
    expect(body).toMatchObject(user)
    expect(body.permissions).toEqual([...body.permissions].sort())
    expect(body.permissions.length).toBeGreaterThan(0)
    expect(trips).toBe(1)
  })

  it('knows an address in every spelling', async () => {
    expect((await world.loginAgain(`  ${email.toUpperCase()} `)).user.email).toBe(email)
  })

  it('A1: is refused alike for a wrong password, an unknown and a disabled account', async () => {
    const admin = await world.login('admin')
    const { userId = '' } = await world.as('customer')
    await world.call('PATCH', `/api/v1/auth/users/${userId}`, {
      token: admin.accessToken,
      body: { status: 'disabled' },
      headers: { 'if-match': '*' },
    })
    const tries = [
      { email, password: 'not my password' },
      { email: 'nobody@x.example', password: 'not my password' },
      { email: emailOf(world, 'customer'), password: PASSWORD },
      { email: emailOf(world, 'customer'), password: 'not my password' },
    ]
    const seen = []
    for (const body of tries) {
      world.hashes.count = 0
      world.tripsSince()
      const answer = await world.call('POST', LOGIN, { body })
      seen.push({ ...shown(answer), hashes: world.hashes.count, trips: world.tripsSince() })
    }
    const [first] = seen
    expect(first).toMatchObject({
      status: 401,
      hashes: 1,
      trips: 2,
      rest: { code: 'auth.invalid_credentials' },
    })
    expect(first?.challenge).toBe('Bearer')
    for (const other of seen) expect(other).toEqual(first)
  })

  it('is refused to an account of another tenant', async () => {
    const other = await createAuthWorld()
    await other.as('manager')
    const body = { email: emailOf(other, 'manager'), password: PASSWORD }
    expect((await world.call('POST', LOGIN, { body })).status).toBe(401)
    expect((await other.call('POST', LOGIN, { body })).status).toBe(200)
  })

  it.each([
    [{ password: 'x' }, '/email'],
    [{ email: 'ada', password: 'x' }, '/email'],
    [{ email: 'ada@x.example' }, '/password'],
    [{ email: 'ada@x.example', password: '' }, '/password'],
    [{ email: 'ada@x.example', password: 'x'.repeat(129) }, '/password'],
    [{ email: ['ada@x.example'], password: 'x' }, '/email'],
    [{ email: 'ada@x.example', password: 'x', tenantId: 'y' }, '/tenantId'],
  ])('tells what is wrong with %j', async (body, pointer) => {
    world.hashes.count = 0
    const answer = await world.call('POST', LOGIN, { body })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
    expect(world.hashes.count).toBe(0)
  })

  it('raises the parameters of an old hash', async () => {
    const hashOf = () => rows('SELECT password_hash FROM users WHERE email = ?', email)
    const before = await hashOf()
    world.wrapHasher({ needsRehash: () => true })
    await world.loginAgain(email)
    world.wrapHasher({})
    expect(await hashOf()).not.toEqual(before)
    await world.loginAgain(email)
  })

  it('answers 429 before any hashing while too many hashes are in flight', async () => {
    const busy = () => Promise.reject(new HasherBusyError())
    world.wrapHasher({ verify: busy, verifyDummy: busy })
    for (const address of [email, 'nobody@x.example']) {
      const answer = await world.call('POST', LOGIN, {
        body: { email: address, password: PASSWORD },
      })
      expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
      expect(answer.headers.get('retry-after')).toBe('1')
    }
    world.wrapHasher({})
  })

  it('leaves no password and no token in the database, not even for an idempotency key', async () => {
    const headers = { 'idempotency-key': 'k' }
    const { body } = await world.call<SignedIn>('POST', LOGIN, {
      body: { email, password: PASSWORD },
      headers,
    })
    const tables = [
      'users',
      'sessions',
      'refresh_tokens',
      'login_history',
      'auth_attempts',
      'audit_log',
      'outbox',
      'idempotency_keys',
    ]
    const stored = await Promise.all(
      tables.map((table) => rows(`SELECT * FROM ${table} WHERE tenant_id = ?`, world.tenantId)),
    )
    const text = JSON.stringify(stored)
    expect(text).toContain(await sha256(body.refreshToken))
    for (const secret of [PASSWORD, body.refreshToken, body.accessToken])
      expect(text).not.toContain(secret)
    expect(stored.at(-1)).toEqual([])
  })

  it('tells subscribers by ids only', async () => {
    const events = (await eventsOf(world.tenantId)).filter(
      ({ type }) => type === 'auth.user.logged_in',
    )
    expect(events.length).toBeGreaterThan(0)
    expect(JSON.stringify(events)).not.toContain('@')
  })
})

describe('an access token', () => {
  it('counts as `Authorization: Bearer` and in no other way', async () => {
    const world = await createAuthWorld()
    const { accessToken } = await world.login('manager')
    const refused = [
      { authorization: accessToken },
      { authorization: `Basic ${accessToken}` },
      { authorization: `DPoP ${accessToken}` },
      { authorization: `Token ${accessToken}` },
      { authorization: `Bearer  ${accessToken}` },
      { authorization: `Bearer ${accessToken}, Bearer ${accessToken}` },
      { cookie: `access_token=${accessToken}` },
      { 'x-access-token': accessToken },
    ]
    for (const headers of refused) {
      const answer = await world.call('GET', ME, { headers })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    expect((await world.call('GET', `${ME}?access_token=${accessToken}`)).status).toBe(401)
    expect(
      (await world.call('GET', ME, { headers: { authorization: `bearer ${accessToken}` } })).status,
    ).toBe(200)
  })

  it('is refused with 401 when forged, in more than 500 ways that fit into a header', async () => {
    const world = await createAuthWorld()
    const { accessToken: token } = await world.login('manager')
    const claims = decodeJwt(token)
    const [privateKey] = JSON.parse(env.AUTH_SIGNING_KEYS)
    const { d: _, ...publicKey } = privateKey
    const forged = (await forgeries({ token, claims, privateKey, publicKey }))
      .map(([, text]) => text)
      .filter((text) => /^[!-~]+$/.test(text) && text.length < 10_000)
    expect(forged.length).toBeGreaterThan(500)
    const statuses = new Map<number, number>()
    for (const text of forged) {
      const { status } = await world.call('GET', ME, { token: text })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    expect([...statuses]).toEqual([[401, forged.length]])
    expect((await world.call('GET', ME, { token })).status).toBe(200)
  })

  it('is worth nothing in another tenant', async () => {
    const world = await createAuthWorld()
    const other = await createAuthWorld()
    const { accessToken } = await world.login('manager')
    expect((await other.call('GET', ME, { token: accessToken })).status).toBe(404)
  })
})

describe('a client that sends an old access token with everything', () => {
  it('can still log in', async () => {
    const world = await createWorld()
    await world.as('customer')
    const response = await world.anonymous.fetch('POST', '/api/v1/auth/login', {
      body: { email: `customer@${world.slug}.example`, password: PASSWORD },
      headers: { authorization: 'Bearer old.token.here' },
    })
    expect(response.status).toBe(200)
  })
})

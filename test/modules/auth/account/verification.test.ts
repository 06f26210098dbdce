import { beforeAll, describe, expect, it } from 'vitest'
import { type AuthWorld, rows } from '../support.ts'
import {
  OTHER_PASSWORD,
  categoriesTo,
  configure,
  createOpenWorld,
  lastMailTo,
  register,
  tokenIn,
} from './support.ts'

const CONFIRM = '/api/v1/auth/verification/confirm'
const MINUTE = 60_000
const invalid = { status: 400, body: { code: 'auth.invalid_token' } }

let world: AuthWorld
beforeAll(async () => {
  world = await createOpenWorld()
})

const confirm = (token: string) => world.call('POST', CONFIRM, { body: { token } })
const tokenOf = async (name: string) =>
  tokenIn(await lastMailTo(world, await register(world, name)))
const profileOf = async (email: string) => {
  const { accessToken } = await world.loginAgain(email, OTHER_PASSWORD)
  return (await world.call('GET', '/api/v1/auth/profile', { token: accessToken })).body
}

describe('the verification of an address', () => {
  it('happens by the link of the first mail, in two round trips', async () => {
    const email = await register(world, 'first')
    expect(await profileOf(email)).toMatchObject({ emailVerified: false })
    const answer = await confirm(tokenIn(await lastMailTo(world, email)))
    expect(answer).toMatchObject({ status: 200, body: { status: 'verified' }, trips: 2 })
    const { id, emailVerified } = await profileOf(email)
    expect(emailVerified).toBe(true)
    expect(await world.eventsOf(String(id))).toContain('auth.user.email_verified')
  })

  it('leaves the sessions and their access tokens as they are', async () => {
    const email = await register(world, 'stays')
    const { accessToken: token } = await world.loginAgain(email, OTHER_PASSWORD)
    await confirm(tokenIn(await lastMailTo(world, email)))
    expect(await world.call('GET', '/api/v1/auth/me', { token })).toMatchObject({ status: 200 })
  })

  it('A12: works once, also for two who open the link at once', async () => {
    const token = await tokenOf('once')
    const both = await Promise.all([confirm(token), confirm(token)])
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 400]))
    expect(await confirm(token)).toMatchObject(invalid)
  })

  it('A12: works for 15 minutes and not a millisecond longer', async () => {
    const [early, late] = [await tokenOf('early'), await tokenOf('late')]
    world.clock.advance(15 * MINUTE - 1)
    expect(await confirm(early)).toMatchObject({ status: 200 })
    world.clock.advance(1)
    expect(await confirm(late)).toMatchObject(invalid)
  })

  it('A12: is worth nothing for another purpose, for another tenant and with a letter changed', async () => {
    const token = await tokenOf('purpose')
    const body = { token, password: 'some other green words' }
    expect(await world.call('POST', '/api/v1/auth/password/reset', { body })).toMatchObject(invalid)
    const other = await createOpenWorld()
    expect(await other.call('POST', CONFIRM, { body: { token } })).toMatchObject(invalid)
    const changed = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`
    expect(await confirm(changed)).toMatchObject(invalid)
    expect(await confirm(token)).toMatchObject({ status: 200 })
  })

  it('A12: is kept as a hash of 256 random bits', async () => {
    const token = await tokenOf('hash')
    expect(token).toMatch(/^[\w-]{43}$/)
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
    const kept = await rows('SELECT 1 FROM one_time_tokens WHERE hash = ?', hash)
    expect(kept).toHaveLength(1)
  })

  it('can be asked for again, five times an hour', async () => {
    const email = await register(world, 'again')
    const { accessToken: token } = await world.loginAgain(email, OTHER_PASSWORD)
    const again = () => world.call('POST', '/api/v1/auth/verification', { token })
    // The first mail has the first of the five.
    for (let count = 0; count < 4; count++) {
      expect(await again()).toMatchObject({ status: 202, body: { status: 'accepted' } })
    }
    expect(await again()).toMatchObject({ status: 429 })
    expect(await categoriesTo(world, email)).toEqual([
      'auth/welcome',
      ...Array.from({ length: 4 }, () => 'auth/verify-email'),
    ])
    world.clock.advance(60 * MINUTE)
    const { accessToken } = await world.loginAgain(email, OTHER_PASSWORD)
    const later = await world.call('POST', '/api/v1/auth/verification', { token: accessToken })
    expect(later).toMatchObject({ status: 202 })
    expect(await confirm(tokenIn(await lastMailTo(world, email)))).toMatchObject({ status: 200 })
  })

  it('sends nothing to a verified address', async () => {
    const email = await register(world, 'done')
    await confirm(tokenIn(await lastMailTo(world, email)))
    const { accessToken: token } = await world.loginAgain(email, OTHER_PASSWORD)
    const answer = await world.call('POST', '/api/v1/auth/verification', { token })
    expect(answer).toMatchObject({ status: 202, trips: 1 })
    expect(await categoriesTo(world, email)).toEqual(['auth/welcome'])
  })
})

describe('a tenant that requires verified addresses', () => {
  let strict: AuthWorld
  beforeAll(async () => {
    strict = await createOpenWorld()
    const { accessToken } = await strict.login('admin')
    await configure(strict, accessToken, { emailVerification: 'required' })
  })
  const login = (email: string, password = OTHER_PASSWORD) =>
    strict.call('POST', '/api/v1/auth/login', { body: { email, password } })

  it('refuses the log-in of others after the right password, and sends a link that helps', async () => {
    const email = await register(strict, 'unverified')
    strict.clock.advance(15 * MINUTE)
    const refused = await login(email)
    expect(refused).toMatchObject({ status: 403, body: { code: 'auth.email_not_verified' } })
    const mail = await lastMailTo(strict, email)
    expect(mail.category).toBe('auth/verify-email')
    await strict.call('POST', CONFIRM, { body: { token: tokenIn(mail) } })
    expect(await login(email)).toMatchObject({ status: 200 })
  })

  it('costs a refused log-in two round trips and sends one link in its time', async () => {
    const email = await register(strict, 'bounded')
    for (let count = 0; count < 4; count++) {
      strict.tripsSince()
      expect(await login(email)).toMatchObject({ status: 403 })
      expect(strict.tripsSince()).toBe(2)
    }
    expect((await categoriesTo(strict, email)).length).toBeLessThanOrEqual(3)
  })

  it('says nothing of it to somebody who does not know the password', async () => {
    const email = await register(strict, 'hidden')
    const answer = await login(email, 'not the password')
    expect(answer).toMatchObject({ status: 401, body: { code: 'auth.invalid_credentials' } })
  })
})

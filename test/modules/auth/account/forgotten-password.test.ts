import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type AuthWorld, rows } from '../support.ts'
import {
  OTHER_PASSWORD,
  categoriesTo,
  createOpenWorld,
  everythingKept,
  lastMailTo,
  mailsTo,
  register,
  resetTokenFor,
  tokenIn,
} from './support.ts'

const FORGOTTEN = '/api/v1/auth/password/forgotten'
const RESET = '/api/v1/auth/password/reset'
const NEW_PASSWORD = 'seven slow brown bears'
const MINUTE = 60_000
const invalid = { status: 400, body: { code: 'auth.invalid_token' } }

let world: AuthWorld
beforeAll(async () => {
  world = await createOpenWorld()
})

const forget = (email: string) => world.call('POST', FORGOTTEN, { body: { email } })
const reset = (token: string, password = NEW_PASSWORD) =>
  world.call('POST', RESET, { body: { token, password } })

describe('a forgotten password', () => {
  it('A1: is answered alike for known, unknown and disabled accounts, after the same work', async () => {
    const known = await register(world, 'known')
    const disabled = await register(world, 'disabled')
    await rows("UPDATE users SET status = 'disabled' WHERE email = ?", disabled)
    const shapes = []
    for (const email of [known, 'nobody@x.example', disabled]) {
      world.hashes.count = 0
      const { status, text, trips, headers } = await forget(email)
      shapes.push({ status, text, trips, names: [...headers.keys()].toSorted() })
      expect(world.hashes.count).toBe(0)
    }
    expect(shapes[0]).toMatchObject({ status: 202, text: '{"status":"accepted"}', trips: 1 })
    expect(shapes[1]).toEqual(shapes[0])
    expect(shapes[2]).toEqual(shapes[0])
    expect(await categoriesTo(world, known)).toContain('auth/password-reset')
    expect(await mailsTo(world, 'nobody@x.example')).toEqual([])
    expect(await categoriesTo(world, disabled)).not.toContain('auth/password-reset')
  })

  it('D8: leads to five mails an hour at most, and to more later', async () => {
    const email = await register(world, 'flooded')
    for (let count = 0; count < 8; count++) {
      await forget(email)
      await world.drain()
      world.clock.advance(MINUTE)
    }
    const sent = (await categoriesTo(world, email)).filter((name) => name === 'auth/password-reset')
    expect(sent).toHaveLength(5)
    world.clock.advance(60 * MINUTE)
    await forget(email)
    expect(await categoriesTo(world, email)).toHaveLength(7)
  })

  it('D8: is looked up by one job at a time, so that a hundred wishes are one mail', async () => {
    const email = await register(world, 'hundred')
    await Promise.all(Array.from({ length: 100 }, () => forget(email)))
    expect(await categoriesTo(world, email)).toEqual(['auth/welcome', 'auth/password-reset'])
  })

  it('D8: has a mail in text and HTML, in the language of the user', async () => {
    const { accessToken } = await world.login('admin')
    await world.call('PUT', '/api/v1/tenant/locales/de', { token: accessToken, body: {} })
    const email = await register(world, 'deutsch', { 'accept-language': 'de' })
    await forget(email)
    const mail = await lastMailTo(world, email)
    expect(mail.subject).toMatch(/^Ein neues Passwort für /)
    expect(mail.html).toContain('Neues Passwort setzen')
    expect(mail.text).toContain(`/account/reset#token=${tokenIn(mail)}`)
    const { accessToken: token } = await world.loginAgain(email, OTHER_PASSWORD)
    const headers = { 'if-match': '*' }
    const body = { locale: 'ru' }
    await world.call('PATCH', '/api/v1/auth/profile', { token, body, headers })
    await forget(email)
    expect((await lastMailTo(world, email)).subject).toMatch(/^Новый пароль для /)
  })
})

describe('a new password by the link', () => {
  it('is set in two round trips, ends all sessions at once, verifies the address and is told', async () => {
    const email = await register(world, 'reset')
    const [one, two] = [
      await world.loginAgain(email, OTHER_PASSWORD),
      await world.loginAgain(email, OTHER_PASSWORD),
    ]
    const answer = await reset(await resetTokenFor(world, email))
    expect(answer).toMatchObject({ status: 200, text: '{"status":"changed"}', trips: 2 })
    for (const { accessToken: token, refreshToken } of [one, two]) {
      expect(await world.call('GET', '/api/v1/auth/me', { token })).toMatchObject({ status: 401 })
      const body = { refreshToken }
      expect(await world.call('POST', '/api/v1/auth/refresh', { body })).toMatchObject({
        status: 401,
      })
    }
    await expect(world.loginAgain(email, OTHER_PASSWORD)).rejects.toThrow('401')
    const { accessToken: token, user } = await world.loginAgain(email, NEW_PASSWORD)
    const profile = await world.call('GET', '/api/v1/auth/profile', { token })
    expect(profile.body).toMatchObject({ emailVerified: true })
    expect((await lastMailTo(world, email)).category).toBe('auth/password-changed')
    expect(await world.eventsOf(user.id)).toContain('auth.user.password_changed')
  })

  it('A12: is set once', async () => {
    const token = await resetTokenFor(world, await register(world, 'single'))
    const both = await Promise.all([reset(token), reset(token, 'nine quick grey birds')])
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await reset(token)).toMatchObject(invalid)
  })

  it('A12: is refused after 15 minutes', async () => {
    const token = await resetTokenFor(world, await register(world, 'aged'))
    world.clock.advance(15 * MINUTE)
    expect(await reset(token)).toMatchObject(invalid)
  })

  it('A12: makes every other link of the user worthless', async () => {
    const email = await register(world, 'links')
    const welcome = tokenIn(await lastMailTo(world, email))
    const [first, second] = [await resetTokenFor(world, email), await resetTokenFor(world, email)]
    expect(await reset(first)).toMatchObject({ status: 200 })
    expect(await reset(second)).toMatchObject(invalid)
    const body = { token: welcome }
    const confirmed = await world.call('POST', '/api/v1/auth/verification/confirm', { body })
    expect(confirmed).toMatchObject(invalid)
  })

  it('A12: is refused after the account was disabled', async () => {
    const email = await register(world, 'stopped')
    const token = await resetTokenFor(world, email)
    const { accessToken } = await world.login('admin')
    const { user } = await world.loginAgain(email, OTHER_PASSWORD)
    const disabled = await world.call('PATCH', `/api/v1/auth/users/${user.id}`, {
      token: accessToken,
      body: { status: 'disabled' },
      headers: { 'if-match': '*' },
    })
    expect(disabled.status).toBe(200)
    expect(await reset(token)).toMatchObject(invalid)
  })

  it('A3: follows the rules for passwords, and a refused one leaves the link good', async () => {
    const email = await register(world, 'rules')
    const token = await resetTokenFor(world, email)
    for (const weak of ['Password1', 'my rustok password', `it is rules ok`, 'short']) {
      expect(await reset(token, weak)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/password' }] },
      })
    }
    expect(await reset(token, `${'x y '.repeat(31)}long`)).toMatchObject({ status: 200 })
  })

  it('costs no hash for a link that is not good', async () => {
    world.hashes.count = 0
    expect(await reset('A'.repeat(43))).toMatchObject({ ...invalid, headers: expect.anything() })
    expect(world.hashes.count).toBe(0)
  })

  it('A12: shows the token in no answer, no log and no row', async () => {
    const lines: unknown[] = []
    const methods = ['log', 'info', 'warn', 'error', 'debug'] as const
    const spies = methods.map((method) =>
      vi.spyOn(console, method).mockImplementation((...args) => void lines.push(args)),
    )
    const email = await register(world, 'secret')
    const asked = await forget(email)
    const token = tokenIn(await lastMailTo(world, email))
    const kept = await everythingKept(world)
    const changed = await reset(token)
    const told = JSON.stringify([lines, asked.text, [...asked.headers], changed.text])
    const all = told + kept + (await everythingKept(world))
    for (const spy of spies) spy.mockRestore()
    expect(all).not.toContain(token)
    expect(all).not.toContain(NEW_PASSWORD)
  })
})

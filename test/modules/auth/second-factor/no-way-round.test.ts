import { beforeEach, describe, expect, it } from 'vitest'
import { OTHER_PASSWORD, lastMailTo, resetTokenFor, tokenIn } from '../account/support.ts'
import { PASSWORD } from '../../../support/world.ts'
import { type AuthWorld, emailOf } from '../support.ts'
import {
  AUTH,
  type Enrolled,
  STEP,
  challengeFor,
  codeOf,
  complete,
  createFactorWorld,
  enrol,
  logIn,
  logInByCode,
} from './support.ts'

let world: AuthWorld
let enrolled: Enrolled
beforeEach(async () => {
  world = await createFactorWorld()
  enrolled = await enrol(world, 'customer')
})

const codeNow = () => codeOf(world, enrolled.secret)
const post = (path: string, body: unknown, token?: string) =>
  world.call<Record<string, unknown>>('POST', `${AUTH}${path}`, {
    body,
    ...(token === undefined ? {} : { token }),
  })

describe('A15: there is no way round the second factor', () => {
  it('by a new password from a mail: it opens no session, and the next log-in asks for a code', async () => {
    const token = await resetTokenFor(world, enrolled.email)
    const answer = await post('/password/reset', { token, password: OTHER_PASSWORD })
    expect(answer.body).toEqual({ status: 'changed' })
    world.wrapHasher({ verify: async (password) => password === OTHER_PASSWORD })
    const body = { email: enrolled.email, password: OTHER_PASSWORD }
    expect((await post('/login', body)).body['status']).toBe('second_factor_required')
  })

  it('by a challenge from before the password was reset', async () => {
    const challenge = await challengeFor(world, enrolled.email)
    const token = await resetTokenFor(world, enrolled.email)
    await post('/password/reset', { token, password: OTHER_PASSWORD })
    const answer = await complete(world, { challenge, code: await codeNow() })
    expect(answer).toMatchObject({ status: 401, body: { code: 'auth.invalid_challenge' } })
  })

  it('by verifying the address or changing it', async () => {
    const { token } = enrolled
    await post('/verification', undefined, token)
    const verified = tokenIn(await lastMailTo(world, enrolled.email))
    const confirmed = await post('/verification/confirm', { token: verified })
    expect(confirmed.body).toEqual({ status: 'verified' })
    const email = `new-${enrolled.email}`
    const code = await codeNow()
    expect((await post('/email', { email, password: PASSWORD, code }, token)).status).toBe(202)
    const link = tokenIn(await lastMailTo(world, email))
    expect((await post('/email/confirm', { token: link })).body).toEqual({ status: 'changed' })
    expect((await logIn(world, email)).body.status).toBe('second_factor_required')
  })

  it('by a refresh token from before it was switched on elsewhere', async () => {
    const before = await world.login('manager')
    await enrol(world, 'manager')
    const { refreshToken } = before
    expect(await post('/refresh', { refreshToken })).toMatchObject({ status: 401 })
  })

  it('by a challenge as a refresh token, an access token or a link', async () => {
    const challenge = await challengeFor(world, enrolled.email)
    const asRefresh = { refreshToken: challenge.slice(0, 100) }
    expect((await post('/refresh', asRefresh)).status).toBe(401)
    expect((await world.call('GET', `${AUTH}/me`, { token: challenge })).status).toBe(401)
    const asLink = { token: challenge.slice(-43), password: OTHER_PASSWORD }
    expect((await post('/password/reset', asLink)).status).toBe(400)
  })

  it('by a challenge of another user, of another tenant or a made-up one, which counts against nobody', async () => {
    const other = await enrol(world, 'manager')
    const challenge = await challengeFor(world, other.email)
    expect((await complete(world, { challenge, code: await codeNow() })).status).toBe(403)
    const elsewhere = await createFactorWorld()
    const stranger = await enrol(elsewhere, 'customer')
    const foreign = await challengeFor(elsewhere, stranger.email)
    const tries = () =>
      world.rows('SELECT * FROM auth_attempts WHERE tenant_id = ? ORDER BY bucket', world.tenantId)
    const before = await tries()
    for (const bad of [
      foreign,
      'x',
      `${challenge}A`,
      challenge.replace(/^./, (first) => (first === '-' ? '_' : '-')),
    ]) {
      const answer = await complete(world, { challenge: bad, code: await codeNow() })
      expect(answer).toMatchObject({ status: 401, body: { code: 'auth.invalid_challenge' } })
    }
    expect(await tries()).toEqual(before)
  })

  it('by a challenge a second time, or after five minutes', async () => {
    const challenge = await challengeFor(world, enrolled.email)
    expect((await complete(world, { challenge, code: await codeNow() })).status).toBe(200)
    world.clock.advance(STEP)
    const again = await complete(world, { challenge, code: await codeNow() })
    expect(again.body.code).toBe('auth.invalid_challenge')
    const late = await challengeFor(world, enrolled.email)
    world.clock.advance(300_000)
    const answer = await complete(world, { challenge: late, code: await codeNow() })
    expect(answer.body.code).toBe('auth.invalid_challenge')
  })

  it('by a challenge of a user who was disabled meanwhile', async () => {
    const admin = await world.login('admin')
    const challenge = await challengeFor(world, enrolled.email)
    await world.call('PATCH', `${AUTH}/users/${enrolled.userId}`, {
      token: admin.accessToken,
      body: { status: 'disabled' },
      headers: { 'if-match': '*' },
    })
    const answer = await complete(world, { challenge, code: await codeNow() })
    expect(answer.body.code).toBe('auth.invalid_challenge')
  })

  it('by an old code that the commit of another log-in has used', async () => {
    const code = await codeNow()
    await logInByCode(world, enrolled)
    const challenge = await challengeFor(world, enrolled.email)
    expect((await complete(world, { challenge, code })).body.code).toBe('auth.wrong_code')
  })
})

describe('A18: changes of the account ask for a code where the second factor is on', () => {
  const changes = [
    ['/password', { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }],
    ['/email', { email: 'new@people.example', password: PASSWORD }],
    ['/deactivate', { password: PASSWORD }],
    ['/delete', { password: PASSWORD }],
  ] as const

  it.each(changes)('POST %s', async (path, body) => {
    const { token } = enrolled
    const code = await codeNow()
    const none = await post(path, body, token)
    expect(none).toMatchObject({ status: 403, body: { code: 'auth.code_required' } })
    const wrong = await post(path, { ...body, code: await codeOf(world, 'A'.repeat(32)) }, token)
    expect(wrong).toMatchObject({ status: 403, body: { code: 'auth.wrong_code' } })
    expect((await post(path, { ...body, code }, token)).status).toBeLessThan(300)
  })

  it('takes the code of a log-in for no change, and neither of a change for a log-in', async () => {
    const code = await codeNow()
    const challenge = await challengeFor(world, enrolled.email)
    const body = { email: 'new@people.example', password: PASSWORD, code }
    expect((await post('/email', body, enrolled.token)).status).toBe(202)
    expect((await complete(world, { challenge, code })).body.code).toBe('auth.wrong_code')
  })

  it('leaves nothing of the second factor of a deleted user', async () => {
    const body = { password: PASSWORD, code: await codeNow() }
    expect((await post('/delete', body, enrolled.token)).status).toBe(204)
    for (const table of ['second_factors', 'recovery_codes', 'one_time_tokens'])
      expect(
        await world.rows(`SELECT 1 FROM ${table} WHERE tenant_id = ?`, world.tenantId),
      ).toEqual([])
  })

  it('asks nobody without one', async () => {
    const { accessToken } = await world.login('manager')
    const email = `new-${emailOf(world, 'manager')}`
    expect((await post('/email', { email, password: PASSWORD }, accessToken)).status).toBe(202)
  })
})

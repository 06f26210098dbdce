import { beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../../../src/kernel/limits.ts'
import { mailsTo } from '../account/support.ts'
import { type AuthWorld, rows } from '../support.ts'
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
  wrongCode,
} from './support.ts'

let world: AuthWorld
let enrolled: Enrolled
beforeEach(async () => {
  world = await createFactorWorld()
  enrolled = await enrol(world, 'customer')
})

const sessionsLeft = () =>
  rows('SELECT id FROM sessions WHERE tenant_id = ? AND revoked_at IS NULL', world.tenantId)

describe('A15: a log-in with a second factor', () => {
  it('answers a challenge and neither session nor tokens, in two trips and one hash', async () => {
    const before = await sessionsLeft()
    world.hashes.count = 0
    const answer = await logIn(world, enrolled.email)
    expect(answer).toMatchObject({ status: 200, trips: 2 })
    expect(answer.body).toEqual({
      status: 'second_factor_required',
      challenge: expect.any(String),
      expiresIn: 300,
    })
    expect(world.hashes.count).toBe(1)
    expect(await sessionsLeft()).toEqual(before)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('sets no cookies before the code, and sets them by it', async () => {
    const headers = { origin: world.origin }
    const { email, secret } = enrolled
    const first = await world.call<{ challenge: string }>('POST', `${AUTH}/login`, {
      headers,
      body: { email, password: 'correct horse battery staple', cookies: true },
    })
    expect(first.headers.getSetCookie()).toEqual([])
    const body = {
      challenge: first.body.challenge,
      code: await codeOf(world, secret),
      cookies: true,
    }
    const second = await world.call('POST', `${AUTH}/login/second-factor`, { headers, body })
    expect(second.status).toBe(200)
    expect(second.body).not.toHaveProperty('accessToken')
    expect(second.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      '__Host-access',
      '__Host-refresh',
    ])
  })

  it('is completed by a code in two trips, and noted', async () => {
    const challenge = await challengeFor(world, enrolled.email)
    const code = await codeOf(world, enrolled.secret)
    const answer = await complete(world, { challenge, code })
    expect(answer).toMatchObject({ status: 200, trips: 2, body: { status: 'signed_in' } })
    const token = answer.body.accessToken
    expect((await world.call('GET', `${AUTH}/me`, { token })).status).toBe(200)
    const history = await world.call<{ items: unknown[] }>('GET', `${AUTH}/history`, { token })
    expect(history.body.items[0]).toMatchObject({ outcome: 'succeeded' })
    const [user] = await rows('SELECT last_login_at FROM users WHERE id = ?', enrolled.userId)
    expect(user).toEqual({ last_login_at: world.clock.now() })
  })

  it('takes a code of one step before or after', async () => {
    for (const steps of [-1, 1]) {
      world.clock.advance(3 * STEP)
      const challenge = await challengeFor(world, enrolled.email)
      const code = await codeOf(world, enrolled.secret, steps)
      expect((await complete(world, { challenge, code })).status).toBe(200)
    }
    world.clock.advance(9 * STEP)
    const challenge = await challengeFor(world, enrolled.email)
    for (const steps of [-2, 2]) {
      const code = await codeOf(world, enrolled.secret, steps)
      expect((await complete(world, { challenge, code })).status).toBe(403)
    }
  })

  it('takes each code once, of challenges one after the other', async () => {
    const code = await codeOf(world, enrolled.secret)
    const [first, second] = [
      await challengeFor(world, enrolled.email),
      await challengeFor(world, enrolled.email),
    ]
    expect((await complete(world, { challenge: first, code })).status).toBe(200)
    const again = await complete(world, { challenge: second, code })
    expect(again).toMatchObject({ status: 403, body: { code: 'auth.wrong_code' } })
  })

  it('takes each code once, of twenty requests with four challenges at once', async () => {
    const before = await sessionsLeft()
    const code = await codeOf(world, enrolled.secret)
    const challenges: string[] = []
    for (let made = 0; made < 4; made++) challenges.push(await challengeFor(world, enrolled.email))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        complete(world, { challenge: challenges[index % 4], code }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200).length).toBe(1)
    expect((await sessionsLeft()).length).toBe(before.length + 1)
  })

  it('takes each recovery code once, however it is typed, and tells the owner', async () => {
    const [first = ''] = enrolled.recoveryCodes
    const typed = first.toLowerCase().replace('-', ' ')
    const one = await complete(world, {
      challenge: await challengeFor(world, enrolled.email),
      recoveryCode: typed,
    })
    expect(one).toMatchObject({ status: 200, trips: 2 })
    const two = await complete(world, {
      challenge: await challengeFor(world, enrolled.email),
      recoveryCode: first,
    })
    expect(two).toMatchObject({ status: 403, body: { code: 'auth.wrong_code' } })
    const state = await world.call('GET', `${AUTH}/second-factor`, { token: one.body.accessToken })
    expect(state.body).toMatchObject({ recoveryCodesLeft: 9 })
    const mails = await mailsTo(world, enrolled.email)
    expect(mails.some(({ subject }) => subject.startsWith('A recovery code'))).toBe(true)
  })

  it('takes a recovery code of one user for no other', async () => {
    const other = await enrol(world, 'manager')
    const challenge = await challengeFor(world, enrolled.email)
    const [recoveryCode] = other.recoveryCodes
    expect((await complete(world, { challenge, recoveryCode })).status).toBe(403)
  })

  it.each([
    [{}, '/code'],
    [{ code: '123456', recoveryCode: 'ABCDE-FGH23' }, '/code'],
    [{ code: '12345' }, '/code'],
    [{ code: '１２３４５６' }, '/code'],
  ])('tells what is wrong with %j', async (proof, pointer) => {
    const challenge = await challengeFor(world, enrolled.email)
    const answer = await complete(world, { challenge, ...proof })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
  })
})

describe('A15: guessing codes', () => {
  it('ends a challenge after five wrong ones', async () => {
    const challenge = await challengeFor(world, enrolled.email)
    const wrong = await wrongCode(world, enrolled.secret)
    const codes = []
    for (let tries = 0; tries < 5; tries++)
      codes.push((await complete(world, { challenge, code: wrong })).body.code)
    expect(new Set(codes)).toEqual(new Set(['auth.wrong_code']))
    const code = await codeOf(world, enrolled.secret)
    expect((await complete(world, { challenge, code })).body.code).toBe('auth.invalid_challenge')
  })

  it('is refused after ten wrong ones in fifteen minutes, and the owner is told', async () => {
    const wrong = () => wrongCode(world, enrolled.secret)
    let checked = 0
    for (let rounds = 0; rounds < 12; rounds++) {
      const challenge = await challengeFor(world, enrolled.email)
      const { body } = await complete(world, { challenge, code: await wrong() })
      if (body.code === 'auth.wrong_code') checked++
      world.clock.advance(limits.attempts.longestPauseSeconds * 250)
    }
    expect(checked).toBeLessThanOrEqual(limits.attempts.ofAccount)
    world.clock.advance(limits.attempts.windowMilliseconds)
    expect(await logInByCode(world, enrolled)).toBeTruthy()
  })

  it('tells the owner when the last try of a window was wrong', async () => {
    const wrong = await wrongCode(world, enrolled.secret)
    await rows(
      'UPDATE auth_attempts SET tries = 9, open_at = 0 WHERE tenant_id = ? RETURNING 1',
      world.tenantId,
    )
    const first = await challengeFor(world, enrolled.email)
    await complete(world, { challenge: first, code: wrong })
    await rows(
      'UPDATE auth_attempts SET tries = 9, open_at = 0 WHERE tenant_id = ? RETURNING 1',
      world.tenantId,
    )
    const second = await challengeFor(world, enrolled.email)
    expect((await complete(world, { challenge: second, code: wrong })).status).toBe(403)
    const mails = await mailsTo(world, enrolled.email)
    expect(mails.some(({ subject }) => subject.startsWith('Somebody knows'))).toBe(true)
    const code = await codeOf(world, enrolled.secret)
    const third = await challengeFor(world, enrolled.email)
    expect((await complete(world, { challenge: third, code })).status).toBe(429)
  })
})

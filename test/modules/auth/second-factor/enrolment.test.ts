import { beforeEach, describe, expect, it } from 'vitest'
import { categoriesTo, configure } from '../account/support.ts'
import { PASSWORD } from '../../../support/world.ts'
import { type AuthWorld, emailOf, rows } from '../support.ts'
import {
  AUTH,
  codeOf,
  createFactorWorld,
  enrol,
  logIn,
  logInByCode,
  stepUp,
  wrongCode,
} from './support.ts'

let world: AuthWorld
beforeEach(async () => {
  world = await createFactorWorld()
})

const post = (path: string, token: string, body?: unknown) =>
  world.call<{ code?: string; secret: string; uri: string; recoveryCodes: string[] }>(
    'POST',
    `${AUTH}/second-factor${path}`,
    { token, ...(body === undefined ? {} : { body }) },
  )
const stateOf = async (token: string) =>
  (await world.call('GET', `${AUTH}/second-factor`, { token })).body

describe('A18: beginning a second factor', () => {
  it('asks for the password, and shows the secret once in two trips', async () => {
    const { accessToken } = await world.login('customer')
    const refused = await post('', accessToken, { password: 'wrong' })
    expect(refused).toMatchObject({ status: 403, body: { code: 'auth.wrong_password' } })
    const begun = await post('', accessToken, { password: PASSWORD })
    expect(begun).toMatchObject({ status: 200, trips: 2 })
    expect(begun.headers.get('cache-control')).toBe('no-store')
    expect(begun.body.secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(begun.body.uri).toContain(`secret=${begun.body.secret}&`)
    expect(await stateOf(accessToken)).toEqual({
      status: 'pending',
      policy: 'optional',
      activeSince: null,
      recoveryCodesLeft: 0,
    })
    expect((await logIn(world, emailOf(world, 'customer'))).body.status).toBe('signed_in')
  })

  it('counts wrong passwords', async () => {
    const { accessToken } = await world.login('customer')
    const statuses = []
    for (let tries = 0; tries < 8; tries++)
      statuses.push((await post('', accessToken, { password: 'wrong' })).status)
    expect(statuses).toContain(429)
    expect((await post('', accessToken, { password: PASSWORD })).status).toBe(429)
  })

  it('can be done anew until it is confirmed, and the secret before is worth nothing', async () => {
    const { accessToken } = await world.login('customer')
    const first = await post('', accessToken, { password: PASSWORD })
    const second = await post('', accessToken, { password: PASSWORD })
    const confirm = async (secret: string) =>
      (await post('/confirm', accessToken, { code: await codeOf(world, secret) })).status
    expect([await confirm(first.body.secret), await confirm(second.body.secret)]).toEqual([
      403, 200,
    ])
  })
})

describe('A15: switching on a second factor', () => {
  it('shows ten recovery codes, ends the other sessions and tells the user', async () => {
    const other = await world.login('customer')
    const { token, email, userId, recoveryCodes } = await enrol(world, 'customer')
    expect(new Set(recoveryCodes).size).toBe(10)
    expect((await world.call('GET', `${AUTH}/me`, { token })).status).toBe(200)
    expect((await world.call('GET', `${AUTH}/me`, { token: other.accessToken })).status).toBe(401)
    expect(await stateOf(token)).toMatchObject({ status: 'active', recoveryCodesLeft: 10 })
    expect(await categoriesTo(world, email)).toContain('auth/second-factor')
    expect(await world.auditOf(userId)).toContain('auth.user.second_factor_enabled')
    expect(await world.eventsOf(userId)).toContain('auth.user.second_factor_enabled')
  })

  it('is refused for a wrong code, before the beginning and a second time', async () => {
    const { accessToken } = await world.login('customer')
    const early = await post('/confirm', accessToken, { code: '123456' })
    expect(early).toMatchObject({ status: 409, body: { code: 'auth.second_factor_inactive' } })
    const { secret } = (await post('', accessToken, { password: PASSWORD })).body
    const wrong = await post('/confirm', accessToken, { code: await wrongCode(world, secret) })
    expect(wrong).toMatchObject({ status: 403, body: { code: 'auth.wrong_code' } })
    const right = await post('/confirm', accessToken, { code: await codeOf(world, secret) })
    expect(right).toMatchObject({ status: 200, trips: 2 })
    const again = await post('/confirm', accessToken, { code: await codeOf(world, secret, 1) })
    expect(again).toMatchObject({ status: 409, body: { code: 'auth.second_factor_active' } })
    const anew = await post('', accessToken, { password: PASSWORD })
    expect(anew).toMatchObject({ status: 409, body: { code: 'auth.second_factor_active' } })
  })

  it('leaves neither the secret nor a code in the database', async () => {
    const { secret, recoveryCodes } = await enrol(world, 'customer')
    const tables = [
      'second_factors',
      'recovery_codes',
      'audit_log',
      'outbox',
      'jobs',
      'idempotency_keys',
      'one_time_tokens',
    ]
    const stored = JSON.stringify(
      await Promise.all(
        tables.map((table) => rows(`SELECT * FROM ${table} WHERE tenant_id = ?`, world.tenantId)),
      ),
    )
    for (const text of [secret, ...recoveryCodes, ...recoveryCodes.map((c) => c.replace('-', ''))])
      expect(stored).not.toContain(text)
  })

  it('is done alike over GraphQL', async () => {
    const { accessToken: token } = await world.login('customer')
    const ask = async (query: string) =>
      (
        await world.call<{ data: Record<string, unknown> }>('POST', '/graphql', {
          token,
          body: { query },
        })
      ).body.data
    const begun = await ask(
      `mutation { startSecondFactor(password: "${PASSWORD}") { secret uri } }`,
    )
    const { secret } = begun['startSecondFactor'] as { secret: string } // -- as asked
    const code = await codeOf(world, secret)
    const confirmed = await ask(`mutation { confirmSecondFactor(code: "${code}") }`)
    expect(confirmed['confirmSecondFactor']).toHaveLength(10)
    expect(await ask('{ secondFactor { status policy recoveryCodesLeft } }')).toEqual({
      secondFactor: { status: 'active', policy: 'optional', recoveryCodesLeft: 10 },
    })
    world.clock.advance(30_000)
    const email = emailOf(world, 'customer')
    const first = await ask(
      `mutation { login(email: "${email}", password: "${PASSWORD}") { status challenge accessToken user { id } } }`,
    )
    expect(first['login']).toMatchObject({
      status: 'second_factor_required',
      accessToken: null,
      user: null,
    })
    const { challenge } = first['login'] as { challenge: string } // -- as asked
    const next = await codeOf(world, secret)
    const second = await ask(
      `mutation { completeLogin(challenge: "${challenge}", code: "${next}") { status accessToken user { email } } }`,
    )
    expect(second['completeLogin']).toMatchObject({ status: 'signed_in', user: { email } })
  })
})

describe('A18: switching it off', () => {
  it('needs a session that has stepped up, and tells the user', async () => {
    const enrolled = await enrol(world, 'customer')
    const { token, secret, email } = enrolled
    const refused = await post('/disable', token)
    expect(refused).toMatchObject({ status: 403, body: { code: 'auth.step_up_required' } })
    await stepUp(world, token, { code: await codeOf(world, secret) })
    expect(await post('/disable', token)).toMatchObject({ status: 204, trips: 2 })
    expect(await stateOf(token)).toMatchObject({ status: 'inactive', recoveryCodesLeft: 0 })
    expect((await logIn(world, email)).body.status).toBe('signed_in')
    expect(await categoriesTo(world, email)).toEqual(
      expect.arrayContaining(['auth/second-factor', 'auth/second-factor']),
    )
  })

  it('is refused where the tenant asks for it', async () => {
    const { accessToken } = await world.login('super_admin')
    const { token, secret } = await enrol(world, 'customer')
    await stepUp(world, token, { code: await codeOf(world, secret) })
    await configure(world, accessToken, { secondFactor: { policy: 'required' } })
    const refused = await post('/disable', token)
    expect(refused).toMatchObject({ status: 409, body: { code: 'auth.second_factor_required' } })
  })

  it('is done by an administrator for whoever has lost the app, with a notice', async () => {
    const { userId, email } = await enrol(world, 'customer')
    const admin = await world.login('admin')
    const reset = (token: string, id: string) =>
      world.call('DELETE', `${AUTH}/users/${id}/second-factor`, { token })
    expect(await reset(admin.accessToken, userId)).toMatchObject({ status: 204, trips: 2 })
    expect((await logIn(world, email)).body.status).toBe('signed_in')
    expect(await world.auditOf(userId)).toContain('auth.user.second_factor_disabled')
    expect((await categoriesTo(world, email)).length).toBeGreaterThan(1)
    const again = await reset(admin.accessToken, userId)
    expect(again.body).toMatchObject({ code: 'auth.second_factor_inactive' })
  })

  it('is no way for an administrator round the step-up of the own or a mightier one', async () => {
    const mighty = await enrol(world, 'super_admin')
    const admin = await enrol(world, 'admin')
    const reset = async (id: string) =>
      (await world.call('DELETE', `${AUTH}/users/${id}/second-factor`, { token: admin.token })).body
    expect(await reset(admin.userId)).toMatchObject({ code: 'auth.step_up_required' })
    expect(await reset(mighty.userId)).toMatchObject({ code: 'rbac.grant_too_wide' })
    expect((await logIn(world, admin.email)).body.status).toBe('second_factor_required')
  })
})

describe('new recovery codes', () => {
  it('need a step-up, and make the earlier ones worth nothing', async () => {
    const enrolled = await enrol(world, 'customer')
    const token = await logInByCode(world, enrolled)
    expect((await post('/recovery-codes', token)).body.code).toBe('auth.step_up_required')
    await stepUp(world, token, { recoveryCode: enrolled.recoveryCodes[0] })
    const answer = await post('/recovery-codes', token)
    expect(answer).toMatchObject({ status: 200, trips: 2 })
    expect(answer.body.recoveryCodes.some((code) => enrolled.recoveryCodes.includes(code))).toBe(
      false,
    )
    const earlier = await stepUp(world, token, { recoveryCode: enrolled.recoveryCodes[1] })
    expect(earlier).toMatchObject({ status: 403, body: { code: 'auth.wrong_code' } })
    expect(
      (await stepUp(world, token, { recoveryCode: answer.body.recoveryCodes[1] })).status,
    ).toBe(200)
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../../../src/kernel/limits.ts'
import { PASSWORD } from '../../../support/world.ts'
import type { AuthWorld } from '../support.ts'
import { AUTH, codeOf, createFactorWorld, enrol, stepUp, wrongCode } from './support.ts'

const KEYS = '/api/v1/keys'

let world: AuthWorld
beforeEach(async () => {
  world = await createFactorWorld()
})

const makeKey = (token: string) =>
  world.call<{ id: string; code?: string }>('POST', KEYS, {
    token,
    body: { name: 'Import', scopes: ['posts:read'] },
  })

describe('A18: a step-up', () => {
  it('asks for the password, and a code where the second factor is on', async () => {
    const plain = await world.login('customer')
    const wrong = await world.call('POST', `${AUTH}/step-up`, {
      token: plain.accessToken,
      body: { password: 'wrong' },
    })
    expect(wrong).toMatchObject({ status: 403, body: { code: 'auth.wrong_password' } })
    expect(await stepUp(world, plain.accessToken)).toMatchObject({ status: 200, trips: 2 })

    const { token, secret } = await enrol(world, 'manager')
    expect((await stepUp(world, token)).body).toMatchObject({ code: 'auth.code_required' })
    const bad = await stepUp(world, token, { code: await wrongCode(world, secret) })
    expect(bad.body).toMatchObject({ code: 'auth.wrong_code' })
    const code = await codeOf(world, secret)
    expect(await stepUp(world, token, { code })).toMatchObject({
      status: 200,
      trips: 2,
      body: {
        elevatedUntil: new Date(
          world.clock.now() + limits.secondFactor.elevatedMilliseconds,
        ).toISOString(),
      },
    })
    expect((await stepUp(world, token, { code })).body).toMatchObject({ code: 'auth.wrong_code' })
  })

  it('counts wrong codes with a right password against the limit on guessing', async () => {
    const { token, secret } = await enrol(world, 'manager')
    const code = await wrongCode(world, secret)
    const statuses = []
    for (let tries = 0; tries < 8; tries++)
      statuses.push((await stepUp(world, token, { code })).status)
    expect(statuses.slice(-1)).toEqual([429])
  })

  it('lets one session make API keys for ten minutes, in two trips', async () => {
    const [one, other] = [await world.login('admin'), await world.login('admin')]
    expect((await makeKey(one.accessToken)).body.code).toBe('auth.step_up_required')
    await stepUp(world, one.accessToken)
    const made = await makeKey(one.accessToken)
    expect(made).toMatchObject({ status: 201, trips: 2 })
    expect((await makeKey(other.accessToken)).body.code).toBe('auth.step_up_required')
    const rotate = (token: string) =>
      world.call('POST', `${KEYS}/${made.body.id}/rotate`, { token, body: { overlapSeconds: 0 } })
    expect((await rotate(other.accessToken)).body).toMatchObject({ code: 'auth.step_up_required' })
    world.clock.advance(limits.secondFactor.elevatedMilliseconds - 1)
    expect((await rotate(one.accessToken)).status).toBe(201)
    world.clock.advance(1)
    expect((await makeKey(one.accessToken)).body.code).toBe('auth.step_up_required')
  })

  it('is needed to give roles by whoever has a second factor, and by nobody else', async () => {
    const { user } = await world.login('customer')
    const give = async (token: string, role: string) =>
      world.call('PUT', `${AUTH}/users/${user.id}/roles`, {
        token,
        body: { roles: [role] },
        headers: { 'if-match': '*' },
      })
    const plain = await world.login('super_admin')
    expect((await give(plain.accessToken, 'manager')).status).toBe(200)
    const { token, secret } = await enrol(world, 'admin')
    expect((await give(token, 'customer')).body).toMatchObject({ code: 'auth.step_up_required' })
    await stepUp(world, token, { code: await codeOf(world, secret) })
    expect(await give(token, 'customer')).toMatchObject({ status: 200, trips: 2 })
  })

  it('is alike over GraphQL', async () => {
    const { accessToken: token } = await world.login('admin')
    const query = `mutation { stepUp(password: "${PASSWORD}") }`
    const { body } = await world.call('POST', '/graphql', { token, body: { query } })
    expect(body).toEqual({ data: { stepUp: expect.stringMatching(/Z$/) } })
    expect((await makeKey(token)).status).toBe(201)
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import type { SignedIn } from '../../../../src/modules/auth/types.ts'
import { configure } from '../account/support.ts'
import { PASSWORD } from '../../../support/world.ts'
import { type AuthWorld, emailOf } from '../support.ts'
import { AUTH, codeOf, createFactorWorld, enrol, logIn } from './support.ts'

const ROLES = '/api/v1/rbac/roles'

let world: AuthWorld
let owner: string
beforeEach(async () => {
  world = await createFactorWorld()
  owner = (await world.login('super_admin')).accessToken
})

const ask = (secondFactor: object) => configure(world, owner, { secondFactor })
const refresh = async (refreshToken: string) =>
  (await world.call<SignedIn>('POST', `${AUTH}/refresh`, { body: { refreshToken } })).body
const statusOf = async (path: string, token: string) =>
  (await world.call('GET', path, { token })).status

describe('A15: where a second factor is required', () => {
  it('a user without one logs in without roles, can enrol, and has the roles after a refresh', async () => {
    await world.as('admin')
    await ask({ policy: 'required' })
    const { body } = await logIn(world, emailOf(world, 'admin'))
    expect(body).toMatchObject({ status: 'signed_in', secondFactor: 'enrolment_required' })
    const first = body as unknown as SignedIn // -- the answer holds a session
    expect(await statusOf(ROLES, first.accessToken)).toBe(403)
    expect(await statusOf(`${AUTH}/users`, first.accessToken)).toBe(403)
    expect(await statusOf(`${AUTH}/me`, first.accessToken)).toBe(200)

    const refreshed = await refresh(first.refreshToken)
    expect(refreshed).toMatchObject({ secondFactor: 'enrolment_required' })
    const token = refreshed.accessToken
    expect(await statusOf(ROLES, token)).toBe(403)

    const begun = await world.call<{ secret: string }>('POST', `${AUTH}/second-factor`, {
      token,
      body: { password: PASSWORD },
    })
    const code = await codeOf(world, begun.body.secret)
    const path = `${AUTH}/second-factor/confirm`
    expect((await world.call('POST', path, { token, body: { code } })).status).toBe(200)
    expect(await statusOf(ROLES, token)).toBe(403)
    const renewed = await refresh(refreshed.refreshToken)
    expect(renewed).not.toHaveProperty('secondFactor')
    expect(await statusOf(ROLES, renewed.accessToken)).toBe(200)
  })

  it('a change of the password gives no roles either', async () => {
    await world.as('admin')
    await ask({ policy: 'required' })
    const { body } = await logIn(world, emailOf(world, 'admin'))
    const { accessToken } = body as unknown as SignedIn // -- the answer holds a session
    const changed = await world.call<SignedIn>('POST', `${AUTH}/password`, {
      token: accessToken,
      body: { currentPassword: PASSWORD, newPassword: 'a quiet green river' },
    })
    expect(changed.body).toMatchObject({ secondFactor: 'enrolment_required' })
    expect(await statusOf(ROLES, changed.body.accessToken)).toBe(403)
  })

  it('users of other roles need none when only some roles do', async () => {
    await world.as('admin')
    await world.as('customer')
    await ask({ policy: 'optional', requiredRoles: ['admin'] })
    const admin = await logIn(world, emailOf(world, 'admin'))
    const customer = await logIn(world, emailOf(world, 'customer'))
    expect(admin.body).toMatchObject({ secondFactor: 'enrolment_required' })
    expect(customer.body).not.toHaveProperty('secondFactor')
  })

  it('a user who has one is asked for a code, and has all roles', async () => {
    const { token } = await enrol(world, 'admin')
    await ask({ policy: 'required' })
    expect((await logIn(world, emailOf(world, 'admin'))).body.status).toBe('second_factor_required')
    expect(await statusOf(ROLES, token)).toBe(200)
  })
})

describe('where a tenant offers none', () => {
  it('nobody can begin one, and those that are on still count', async () => {
    const enrolled = await enrol(world, 'manager')
    const { accessToken } = await world.login('customer')
    await ask({ policy: 'off' })
    const begun = await world.call('POST', `${AUTH}/second-factor`, {
      token: accessToken,
      body: { password: PASSWORD },
    })
    expect(begun).toMatchObject({ status: 409, body: { code: 'auth.second_factor_off' } })
    const state = await world.call('GET', `${AUTH}/second-factor`, { token: accessToken })
    expect(state.body).toMatchObject({ status: 'inactive', policy: 'off' })
    expect((await logIn(world, enrolled.email)).body.status).toBe('second_factor_required')
  })
})

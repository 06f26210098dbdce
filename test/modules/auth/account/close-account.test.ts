import { beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD } from '../../../support/world.ts'
import { type AuthWorld, createAuthWorld, emailOf, rows } from '../support.ts'
import { OTHER_PASSWORD, createOpenWorld, mailsTo, register, resetTokenFor } from './support.ts'

const close = (
  world: AuthWorld,
  how: 'deactivate' | 'delete',
  token: string,
  password = PASSWORD,
) => world.call('POST', `/api/v1/auth/${how}`, { token, body: { password } })

describe('an account that its user deactivates', () => {
  it('A10: has no session from the next request on, cannot log in and can be enabled again', async () => {
    const world = await createAuthWorld()
    const { accessToken: token, user } = await world.login('customer')
    expect(await close(world, 'deactivate', token)).toMatchObject({ status: 204, trips: 2 })
    expect(await world.call('GET', '/api/v1/auth/me', { token })).toMatchObject({ status: 401 })
    await expect(world.loginAgain(emailOf(world, 'customer'))).rejects.toThrow('401')
    const admin = await world.login('admin')
    await world.call('PATCH', `/api/v1/auth/users/${user.id}`, {
      token: admin.accessToken,
      body: { status: 'active' },
      headers: { 'if-match': '*' },
    })
    await world.loginAgain(emailOf(world, 'customer'))
    const told = await mailsTo(world, emailOf(world, 'customer'))
    expect(told.map(({ category }) => category)).toContain('auth/account-closed')
  })
})

describe('an account that its user deletes', () => {
  let world: AuthWorld
  beforeAll(async () => {
    world = await createOpenWorld()
  })

  it('leaves nothing that tells who it was, and frees the address', async () => {
    const email = await register(world, 'gone', { 'user-agent': 'Gone Browser' })
    await resetTokenFor(world, email)
    const { accessToken: token, user } = await world.loginAgain(email, OTHER_PASSWORD)
    const answer = await close(world, 'delete', token, OTHER_PASSWORD)
    expect(answer).toMatchObject({ status: 204, trips: 2 })
    const [row] = await rows('SELECT * FROM users WHERE id = ?', user.id)
    expect(row).toMatchObject({
      email: `deleted-${user.id}@invalid`,
      name: '',
      password_hash: '',
      status: 'deleted',
      locale: null,
      last_login_at: null,
    })
    for (const [table, column] of [
      ['user_roles', 'user_id'],
      ['one_time_tokens', 'subject_id'],
    ]) {
      expect(await rows(`SELECT 1 FROM ${table} WHERE ${column} = ?`, user.id)).toEqual([])
    }
    const places = await rows('SELECT user_agent FROM sessions WHERE user_id = ?', user.id)
    expect(places).toEqual([{ user_agent: null }])
    expect(await world.eventsOf(user.id)).toContain('auth.user.deleted')
    expect((await mailsTo(world, email)).at(-1)?.category).toBe('auth/account-closed')
    await register(world, 'gone')
    expect((await world.loginAgain(email, OTHER_PASSWORD)).user.id).not.toBe(user.id)
  })

  it('is there for nobody any more: not in the list, not by id, not to be enabled', async () => {
    const email = await register(world, 'hidden')
    const { accessToken: token, user } = await world.loginAgain(email, OTHER_PASSWORD)
    await close(world, 'delete', token, OTHER_PASSWORD)
    expect(await world.call('GET', '/api/v1/auth/me', { token })).toMatchObject({ status: 401 })
    const admin = { token: (await world.login('admin')).accessToken }
    const list = await world.call('GET', '/api/v1/auth/users?limit=100', admin)
    expect(list.text).not.toContain(user.id)
    const path = `/api/v1/auth/users/${user.id}`
    expect(await world.call('GET', path, admin)).toMatchObject({ status: 404 })
    const enable = { ...admin, body: { status: 'active' }, headers: { 'if-match': '*' } }
    expect(await world.call('PATCH', path, enable)).toMatchObject({ status: 404 })
  })

  it('A18: stays without the password', async () => {
    const email = await register(world, 'stays')
    const { accessToken: token } = await world.loginAgain(email, OTHER_PASSWORD)
    for (const how of ['deactivate', 'delete'] as const) {
      expect(await close(world, how, token, 'not the password')).toMatchObject({ status: 403 })
    }
    expect(await world.call('GET', '/api/v1/auth/me', { token })).toMatchObject({ status: 200 })
  })
})

describe('the last administrator', () => {
  it.each(['deactivate', 'delete'] as const)('cannot %s the account', async (how) => {
    const world = await createAuthWorld()
    const { accessToken: token } = await world.login('admin')
    const answer = await close(world, how, token)
    expect(answer).toMatchObject({ status: 409, body: { code: 'auth.last_administrator' } })
    expect(await world.call('GET', '/api/v1/auth/me', { token })).toMatchObject({ status: 200 })
  })
})

import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../../../src/modules/auth/types.ts'
import { categoriesTo, lastMailTo, resetTokenFor, tokenIn } from '../account/support.ts'
import { type AuthWorld, createAuthWorld, eventsOf, rows } from '../support.ts'

const USERS = '/api/v1/auth/users'
const password = 'a quiet green river'

let world: AuthWorld
let admin: string

beforeAll(async () => {
  world = await createAuthWorld()
  admin = (await world.login('admin')).accessToken
})

const call = <Body = User>(method: string, path: string, body?: object, token = admin) =>
  world.call<Body>(method, `${USERS}${path}`, {
    token,
    headers: { 'if-match': '*' },
    ...(body && { body }),
  })

let count = 0
async function create(name = 'Bea', roles = ['customer']): Promise<User> {
  const email = `user${(count += 1)}@${world.slug}.example`
  return (await call('POST', '', { email, name, password, roles })).body
}

describe('an administrator', () => {
  let user: User
  beforeEach(async () => {
    user = await create()
  })

  it('renames a user, whose session goes on', async () => {
    const { accessToken: token } = await world.loginAgain(user.email, password)
    const answer = await call('PATCH', `/${user.id}`, { name: 'Cleo' })
    expect(answer).toMatchObject({ status: 200, trips: 2, body: { name: 'Cleo', version: 2 } })
    expect((await world.call('GET', '/api/v1/auth/me', { token })).body).toMatchObject({
      name: 'Cleo',
    })
    expect((await call('PATCH', `/${user.id}`, { name: 'Cleo' })).body.version).toBe(2)
  })

  it('gives a user another address: the old one is told, the new one has to be verified', async () => {
    const old = await resetTokenFor(world, user.email)
    const { accessToken: token } = await world.loginAgain(user.email, password)
    await rows('UPDATE users SET email_verified_at = 1 WHERE id = ? RETURNING id', user.id)
    expect((await call('GET', `/${user.id}`)).body).toMatchObject({ emailVerified: true })
    const email = `moved-${user.email}`
    const answer = await call('PATCH', `/${user.id}`, { email: email.toUpperCase() })
    expect(answer).toMatchObject({ trips: 2, body: { email, emailVerified: false } })
    expect(await categoriesTo(world, user.email)).toContain('auth/email-changed')
    expect((await world.call('GET', '/api/v1/auth/me', { token })).status).toBe(401)
    const reset = await world.call('POST', '/api/v1/auth/password/reset', {
      body: { token: old, password: 'seven slow brown bears' },
    })
    expect(reset).toMatchObject({ status: 400, body: { code: 'auth.invalid_token' } })
    await world.call('POST', '/api/v1/auth/verification/confirm', {
      body: { token: tokenIn(await lastMailTo(world, email)) },
    })
    expect((await call('GET', `/${user.id}`)).body).toMatchObject({ emailVerified: true })
    await world.loginAgain(email, password)
    const [entry] = await rows<{ changes: string }>(
      `SELECT changes FROM audit_log WHERE target_id = ? AND action = 'auth.user.email_changed'`,
      user.id,
    )
    const digest = expect.stringMatching(/^[\w-]{43}$/)
    expect(JSON.parse(entry?.changes ?? '')).toEqual({ email: { before: digest, after: digest } })
  })

  it('changes several things at once, each told by an event in a version of its own', async () => {
    const email = `all-${user.email}`
    const body = { status: 'disabled', name: 'Dora', email }
    expect((await call('PATCH', `/${user.id}`, body)).body).toMatchObject({ ...body, version: 4 })
    const told = (await eventsOf(world.tenantId)).filter(({ payload }) => payload.includes(user.id))
    expect(told.slice(-3)).toMatchObject([
      { type: 'auth.user.disabled', version: 2 },
      { type: 'auth.user.email_changed', version: 3 },
      { type: 'auth.user.profile_changed', version: 4 },
    ])
    expect(await categoriesTo(world, email)).toEqual([])
  })

  it('gives nobody an address that is taken', async () => {
    const other = await create()
    expect(await call('PATCH', `/${user.id}`, { email: other.email })).toMatchObject({
      status: 409,
      body: { code: 'auth.email_taken' },
    })
  })

  it('neither changes the own address nor deletes the own account without the password', async () => {
    const { userId } = await world.as('admin')
    expect(await call('PATCH', `/${userId}`, { email: 'mine@x.example' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/email' }] },
    })
    expect((await call('DELETE', `/${userId}`)).status).toBe(403)
  })

  it('neither changes, deletes nor resets who may do more', async () => {
    const { userId } = await world.as('super_admin')
    for (const answer of [
      await call('PATCH', `/${userId}`, { email: 'mine@x.example' }),
      await call('DELETE', `/${userId}`),
      await call('POST', `/${userId}/password-reset`),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'rbac.grant_too_wide' } })
    }
  })

  it('deletes a user, of whom the id stays and the address is told', async () => {
    const { accessToken: token } = await world.loginAgain(user.email, password)
    expect(await call('DELETE', `/${user.id}`)).toMatchObject({ status: 204, trips: 2 })
    expect(await categoriesTo(world, user.email)).toContain('auth/account-closed')
    expect((await call('GET', `/${user.id}`)).status).toBe(404)
    expect((await world.call('GET', '/api/v1/auth/me', { token })).status).toBe(401)
    const left = JSON.stringify(await rows('SELECT * FROM users WHERE id = ?', user.id))
    expect(left).not.toContain(user.email)
    expect(left).not.toContain('Bea')
    expect((await call('DELETE', `/${user.id}`)).status).toBe(404)
  })

  it('deletes in the version that was seen', async () => {
    const answer = await world.call('DELETE', `${USERS}/${user.id}`, {
      token: admin,
      headers: { 'if-match': '"7"' },
    })
    expect(answer.status).toBe(412)
    expect((await world.call('DELETE', `${USERS}/${user.id}`, { token: admin })).status).toBe(428)
  })

  it('has a link for a new password sent, which the answer does not show', async () => {
    const answer = await call('POST', `/${user.id}/password-reset`)
    expect(answer).toMatchObject({ status: 202, trips: 2, body: { status: 'accepted' } })
    const token = tokenIn(await lastMailTo(world, user.email))
    const body = { token, password: 'seven slow brown bears' }
    expect((await world.call('POST', '/api/v1/auth/password/reset', { body })).status).toBe(200)
  })
})

it('the last super administrator is not deleted', async () => {
  const root = (await world.login('super_admin')).accessToken
  const made = await call<User>(
    'POST',
    '',
    { email: 'second@x.example', name: 'x', password, roles: ['super_admin'] },
    root,
  )
  const second = (await world.loginAgain('second@x.example', password)).accessToken
  const { userId } = await world.as('super_admin')
  expect((await call('DELETE', `/${userId}`, undefined, second)).status).toBe(204)
  const body = { status: 'disabled' }
  expect(await call('PATCH', `/${made.body.id}`, body, second)).toMatchObject({
    status: 409,
    body: { code: 'auth.last_administrator' },
  })
})

import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createIsolate, type Isolate } from '../../../src/app/isolate.ts'
import { env } from 'cloudflare:workers'
import { createUser, sessionGate } from '../../../src/modules/auth/index.ts'
import { me } from '../../../src/modules/auth/service/me.ts'
import { permissionsOf } from '../../../src/modules/rbac/index.ts'
import type { SignedIn } from '../../../src/modules/auth/types.ts'
import { PASSWORD } from '../../support/world.ts'
import { type AuthWorld, createAuthWorld, emailOf, eventsOf, rows, send } from './support.ts'

const ME = '/api/v1/auth/me'

describe('A10: a session', () => {
  let world: AuthWorld
  let admin: string
  let session: SignedIn
  beforeAll(async () => {
    world = await createAuthWorld()
    admin = (await world.login('admin')).accessToken
    await world.as('manager')
  })
  beforeEach(async () => {
    session = await world.loginAgain(emailOf(world, 'manager'))
  })

  const statusOf = async (token: string) => (await world.call('GET', ME, { token })).status
  const refresh = async ({ refreshToken }: SignedIn) =>
    world.call<SignedIn>('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
  const change = (method: string, path: string, body: unknown) =>
    world.call(method, `/api/v1/auth/users/${session.user.id}${path}`, {
      token: admin,
      body,
      headers: { 'if-match': '*' },
    })

  it('ends with the log-out: the next request is refused, and no other session', async () => {
    const other = await world.loginAgain(emailOf(world, 'manager'))
    const answer = await world.call('POST', '/api/v1/auth/logout', { token: session.accessToken })
    expect(answer).toMatchObject({ status: 204, text: '', trips: 1 })
    const refused = await world.call('GET', ME, { token: session.accessToken })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect((await refresh(session)).status).toBe(401)
    expect(await statusOf(other.accessToken)).toBe(200)
    expect((await eventsOf(world.tenantId)).at(-1)).toMatchObject({
      type: 'auth.session.ended',
      version: 2,
      payload: expect.stringContaining('"logout"'),
    })
  })

  it('ends once: a second log-out is refused', async () => {
    const out = () => world.call('POST', '/api/v1/auth/logout', { token: session.accessToken })
    const answers = await Promise.all([out(), out(), out()])
    const statuses = answers.map(({ status }) => status)
    expect(statuses.toSorted((left, right) => left - right)).toEqual([204, 401, 401])
  })

  it('needs to be signed in to be ended', async () => {
    expect((await world.call('POST', '/api/v1/auth/logout')).status).toBe(401)
  })

  it('ends when the user is disabled, and stays ended when the user is enabled again', async () => {
    expect((await change('PATCH', '', { status: 'disabled' })).status).toBe(200)
    expect(await statusOf(session.accessToken)).toBe(401)
    expect((await refresh(session)).status).toBe(401)
    expect((await change('PATCH', '', { status: 'active' })).status).toBe(200)
    expect(await statusOf(session.accessToken)).toBe(401)
    expect((await refresh(session)).status).toBe(401)
    expect(await statusOf((await world.loginAgain(emailOf(world, 'manager'))).accessToken)).toBe(
      200,
    )
  })

  it('gives tokens of the new roles when the roles change; the old token is refused at once', async () => {
    expect((await change('PUT', '/roles', { roles: ['customer'] })).status).toBe(200)
    expect(await statusOf(session.accessToken)).toBe(401)
    const { body, status } = await refresh(session)
    expect(status).toBe(200)
    expect(body.user.roles).toEqual(['customer'])
    expect(await statusOf(body.accessToken)).toBe(200)
    await change('PUT', '/roles', { roles: ['manager'] })
  })

  it('ends after the pause while the access token would still be good', async () => {
    await rows(
      'UPDATE sessions SET idle_expires_at = ? WHERE user_id = ?',
      world.clock.now(),
      session.user.id,
    )
    expect(await statusOf(session.accessToken)).toBe(401)
  })

  it('writes nothing once it has ended, even when it lived at the read before', async () => {
    const { accessToken } = await world.loginAgain(emailOf(world, 'admin'))
    const { ctx, deps } = await callOf(world, accessToken)
    await me(deps, ctx)
    await world.call('POST', '/api/v1/auth/logout', { token: accessToken })
    const body = { email: 'late@x.example', name: 'x', password: PASSWORD, roles: ['customer'] }
    const refused = await createUser(deps, ctx, body).catch((error: unknown) => error)
    expect(refused).toMatchObject({ definition: { code: 'unauthenticated' } })
    expect(await rows('SELECT id FROM users WHERE email = ?', body.email)).toEqual([])
  })
})

/** What a service is called with on behalf of a token's holder. */
async function callOf(world: AuthWorld, accessToken: string) {
  const system = await world.system()
  const claims = await world.isolate.shared.tokens.verify(accessToken, system.now)
  if (!claims) throw new Error('the token is not good')
  const permissions = permissionsOf(system.tenant, claims.roles)
  const ctx = { ...system, principal: { kind: 'user', ...claims, permissions } as const }
  const db = world.isolate.shared.shards.open(system.tenant.shard, [
    sessionGate(claims, system.tenant, system.now),
  ])
  return { ctx, deps: { ...world.deps(), db } }
}

describe('a session in another isolate', () => {
  let world: AuthWorld
  let elsewhere: Isolate
  beforeAll(async () => {
    world = await createAuthWorld()
    elsewhere = createIsolate(env, world.clock)
  })
  const there = (token: string, path = ME) =>
    send(elsewhere, new URL(path, world.origin), 'GET', { token })

  it('has ended there too, although the token was good a moment ago', async () => {
    const { accessToken } = await world.login('manager')
    expect((await there(accessToken)).status).toBe(200)
    await world.call('POST', '/api/v1/auth/logout', { token: accessToken })
    expect((await there(accessToken)).status).toBe(401)
  })

  it('may do what its role permits by now, not what an old snapshot says', async () => {
    const { accessToken } = await world.login('admin')
    expect((await there(accessToken, '/api/v1/rbac/roles')).status).toBe(200)
    const { tenantId } = world
    await rows(
      `DELETE FROM role_permissions WHERE tenant_id = ? AND permission = 'roles:read'`,
      tenantId,
    )
    await rows('UPDATE tenants SET version = version + 1 WHERE id = ?', tenantId)
    expect((await there(accessToken, '/api/v1/rbac/roles')).status).toBe(403)
  })
})

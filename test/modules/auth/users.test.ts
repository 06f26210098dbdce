import { beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../src/modules/auth/types.ts'
import { type AuthWorld, type Call, createAuthWorld, emailOf, eventsOf, rows } from './support.ts'

const USERS = '/api/v1/auth/users'
const password = 'a quiet green river'

describe('users', () => {
  let world: AuthWorld
  let admin: string
  let root: string
  beforeAll(async () => {
    world = await createAuthWorld()
    admin = (await world.login('admin')).accessToken
    root = (await world.login('super_admin')).accessToken
  })
  const call = (method: string, path: string, call: Call = {}) =>
    world.call<User>(method, `${USERS}${path}`, { token: admin, ...call })
  let count = 0
  const create = async (roles: string[] = ['customer']) => {
    const email = `user${(count += 1)}@x.example`
    return (await call('POST', '', { body: { email, name: 'Bea', password, roles } })).body
  }

  it('are created by who may, at the price of one commit', async () => {
    const answer = await call('POST', '', {
      body: {
        email: 'New@x.example',
        name: ' Bea ',
        password,
        roles: ['manager', 'customer', 'manager'],
      },
    })
    expect(answer).toMatchObject({ status: 201, trips: 1 })
    expect(answer.body).toEqual({
      id: expect.any(String),
      email: 'new@x.example',
      emailVerified: false,
      name: 'Bea',
      status: 'active',
      roles: ['customer', 'manager'],
      version: 1,
      lastLoginAt: null,
      createdAt: new Date(world.clock.now()).toISOString(),
      updatedAt: new Date(world.clock.now()).toISOString(),
    })
    expect(answer.headers.get('location')).toBe(`${USERS}/${answer.body.id}`)
    expect((await call('GET', `/${answer.body.id}`)).body).toEqual(answer.body)
    expect((await world.loginAgain('new@x.example', password)).user.roles).toEqual([
      'customer',
      'manager',
    ])
  })

  it('have an address of their own', async () => {
    const user = await create()
    const answer = await call('POST', '', {
      body: { email: user.email.toUpperCase(), name: 'x', password, roles: ['customer'] },
    })
    expect(answer).toMatchObject({ status: 409, body: { code: 'auth.email_taken' } })
  })

  it('are created once for a repeated idempotency key', async () => {
    const headers = { 'idempotency-key': 'create-once' }
    const body = { email: 'once@x.example', name: 'x', password, roles: ['customer'] }
    const answers = [
      await call('POST', '', { body, headers }),
      await call('POST', '', { body, headers }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(answers[0]?.text).toBe(answers[1]?.text)
  })

  it('get no role that permits more than the caller may do', async () => {
    const body = { email: 'wide@x.example', name: 'x', password, roles: ['super_admin'] }
    expect(await call('POST', '', { body })).toMatchObject({
      status: 403,
      body: { code: 'rbac.grant_too_wide' },
    })
    expect((await call('POST', '', { token: root, body })).status).toBe(201)
    const user = await create()
    const headers = { 'if-match': '*' }
    const raised = { body: { roles: ['customer', 'super_admin'] }, headers }
    expect((await call('PUT', `/${user.id}/roles`, raised)).status).toBe(403)
  })

  it('get no role that the tenant lacks', async () => {
    const body = { email: 'odd@x.example', name: 'x', password, roles: ['customer', 'constructor'] }
    expect(await call('POST', '', { body })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/roles/1' }] },
    })
  })

  it('who may do more than the caller are not changed by the caller', async () => {
    const { userId } = await world.as('super_admin')
    const headers = { 'if-match': '*' }
    for (const [method, path, body] of [
      ['PATCH', '', { status: 'disabled' }],
      ['PUT', '/roles', { roles: ['customer'] }],
    ] as const) {
      expect(await call(method, `/${userId}${path}`, { body, headers })).toMatchObject({
        status: 403,
        body: { code: 'rbac.grant_too_wide' },
      })
    }
  })

  it('are neither read nor changed by managers, customers and strangers', async () => {
    const user = await create()
    const headers = { 'if-match': '*' }
    const calls = [
      ['GET', '', {}],
      ['POST', '', { body: { email: 'x@x.example', name: 'x', password, roles: ['customer'] } }],
      ['GET', `/${user.id}`, {}],
      ['PATCH', `/${user.id}`, { body: { status: 'disabled' }, headers }],
      ['PUT', `/${user.id}/roles`, { body: { roles: ['admin'] }, headers }],
    ] as const
    const tokens = [
      [(await world.login('manager')).accessToken, 403],
      [(await world.login('customer')).accessToken, 403],
      [undefined, 401],
    ] as const
    for (const [token, status] of tokens) {
      for (const [method, path, input] of calls) {
        const answer = await world.call(method, `${USERS}${path}`, {
          ...input,
          ...(token === undefined ? {} : { token }),
        })
        expect(answer.status, `${method} ${path}`).toBe(status)
      }
    }
  })

  it('of another tenant answer like users who never were', async () => {
    const other = await createAuthWorld()
    const { userId } = await other.as('customer')
    const headers = { 'if-match': '*' }
    const shown = async (method: string, id: string | undefined, path: string, body?: unknown) => {
      const answer = await call(
        method,
        `/${id}${path}`,
        body === undefined ? {} : { body, headers },
      )
      return answer.text.replaceAll(/"(instance|requestId)":"[^"]*"/g, '')
    }
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { status: 'disabled' }],
      ['PUT', '/roles', { roles: ['manager'] }],
    ] as const) {
      const foreign = await shown(method, userId, path, body)
      expect(foreign).toContain('"status":404')
      expect(foreign).toBe(await shown(method, world.isolate.shared.ids.next(), path, body))
    }
  })

  it('are listed newest first, a page at a time, in one trip', async () => {
    const fresh = await createAuthWorld()
    const token = (await fresh.login('admin')).accessToken
    for (const role of ['super_admin', 'manager', 'customer'] as const) await fresh.as(role)
    const page = (query: string) =>
      fresh.call<{ items: User[]; nextCursor: string | null }>('GET', `${USERS}${query}`, { token })
    const first = await page('?limit=3')
    expect(first.trips).toBe(1)
    expect(first.body.items.map(({ name }) => name)).toEqual(['customer', 'manager', 'super_admin'])
    const second = await page(`?limit=3&cursor=${first.body.nextCursor}`)
    expect(second.body).toMatchObject({ items: [{ name: 'admin' }], nextCursor: null })
    expect((await page('?limit=4')).body.nextCursor).toBeNull()
    expect((await page(`?status=active&cursor=${first.body.nextCursor}`)).status).toBe(422)
    expect((await page('?limit=101')).status).toBe(422)
    expect((await page('?email=x')).status).toBe(422)
    expect((await call('GET', `?cursor=${first.body.nextCursor}`)).status).toBe(422)
  })

  it('are listed by status, reading few rows however many have the other', async () => {
    const user = await create()
    await call('PATCH', `/${user.id}`, {
      body: { status: 'disabled' },
      headers: { 'if-match': '*' },
    })
    await rows(
      `INSERT INTO users (tenant_id, id, email, name, password_hash, status, version, security_version, created_at, updated_at)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
       SELECT ?, 'z' || i, i || '@many.example', 'x', 'x', 'active', 1, 1, 0, 0 FROM n`,
      world.tenantId,
    )
    const { body, headers } = await world.call<{ items: User[] }>(
      'GET',
      `${USERS}?status=disabled`,
      {
        token: admin,
      },
    )
    expect(body.items.map(({ status }) => status)).toEqual(['disabled'])
    const read = /db-rows-read;desc="(\d+)"/.exec(headers.get('server-timing') ?? '')?.[1]
    expect(Number(read)).toBeLessThan(20)
  })
})

describe('changing a user', () => {
  let world: AuthWorld
  let root: string
  beforeAll(async () => {
    world = await createAuthWorld()
    root = (await world.login('super_admin')).accessToken
  })
  const put = (id: string | undefined, roles: string[], ifMatch?: string) =>
    world.call<User>('PUT', `${USERS}/${id}/roles`, {
      token: root,
      body: { roles },
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    })
  const patch = (id: string | undefined, status: string, ifMatch = '*') =>
    world.call<User>('PATCH', `${USERS}/${id}`, {
      token: root,
      body: { status },
      headers: { 'if-match': ifMatch },
    })

  it('names the version that it replaces', async () => {
    const { userId } = await world.as('customer')
    expect((await put(userId, ['manager'])).status).toBe(428)
    expect((await put(userId, ['manager'], '"2"')).status).toBe(412)
    const changed = await put(userId, ['manager'], '"1"')
    expect(changed).toMatchObject({
      status: 200,
      trips: 2,
      body: { roles: ['manager'], version: 2 },
    })
    expect(changed.headers.get('etag')).toMatch(/^"2\./)
    expect((await put(userId, ['customer'], '"1"')).status).toBe(412)
    expect(await eventsOf(world.tenantId)).toContainEqual({
      type: 'auth.user.roles_changed',
      version: 2,
      payload: JSON.stringify({ userId, before: ['customer'], after: ['manager'] }),
    })
  })

  it('to what it is already changes nothing', async () => {
    const { userId } = await world.as('manager')
    const before = await eventsOf(world.tenantId)
    expect((await put(userId, ['manager'], '*')).body.version).toBe(1)
    expect((await patch(userId, 'active')).body.version).toBe(1)
    expect(await eventsOf(world.tenantId)).toEqual(before)
  })

  it('lets exactly one of many writers with one version through', async () => {
    const { userId } = await world.as('manager')
    const writers = Array.from({ length: 10 }, (_, index) =>
      put(userId, index % 2 === 0 ? ['customer'] : ['customer', 'manager'], '"1"'),
    )
    const statuses = (await Promise.all(writers)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 412)).toHaveLength(9)
  })

  it('is audited with what was before and after', async () => {
    const { userId = '' } = await world.as('admin')
    await put(userId, ['admin', 'manager'], '*')
    const [entry] = await rows(
      'SELECT actor_id, action, changes FROM audit_log WHERE tenant_id = ? AND target_id = ? ORDER BY id DESC',
      world.tenantId,
      userId,
    )
    expect(entry).toEqual({
      actor_id: (await world.as('super_admin')).userId,
      action: 'auth.user.roles_changed',
      changes: expect.stringContaining('"after":["admin","manager"]'),
    })
  })

  it('never takes the last super administrator away', async () => {
    const { userId } = await world.as('super_admin')
    for (const answer of [await patch(userId, 'disabled'), await put(userId, ['admin'], '*')]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'auth.last_administrator' } })
    }
    expect((await world.call('GET', '/api/v1/auth/me', { token: root })).status).toBe(200)
  })

  it('never takes the last of two administrators away when both go at once', async () => {
    const pair = await createAuthWorld()
    const token = (await pair.login('admin')).accessToken
    const headers = { 'if-match': '*' }
    const body = { email: 'second@x.example', name: 'x', password, roles: ['admin'] }
    const second = await pair.call<User>('POST', USERS, { token, body })
    const ids = [second.body.id, (await pair.as('admin')).userId]
    const answers = await Promise.all(
      ids.map((id) =>
        pair.call('PATCH', `${USERS}/${id}`, { token, body: { status: 'disabled' }, headers }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const [left] = await rows(
      `SELECT count(*) AS n FROM users WHERE tenant_id = ? AND status = 'active'`,
      pair.tenantId,
    )
    expect(left).toEqual({ n: 1 })
  })

  it.each([
    [['PUT', '/roles', { roles: [] }], '/roles'],
    [['PUT', '/roles', { roles: ['Bad Role'] }], '/roles/0'],
    [['PUT', '/roles', { roles: Array(21).fill('manager') }], '/roles'],
    [['PATCH', '', { status: 'gone' }], '/status'],
    [['PATCH', '', { status: 'active', securityVersion: 1 }], '/securityVersion'],
  ] as const)('tells what is wrong with %j', async ([method, path, body], pointer) => {
    const { userId } = await world.as('manager')
    const answer = await world.call(method, `${USERS}/${userId}${path}`, {
      token: root,
      body,
      headers: { 'if-match': '*' },
    })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
  })

  it('keeps addresses out of the events', async () => {
    expect(JSON.stringify(await eventsOf(world.tenantId))).not.toContain(emailOf(world, 'manager'))
  })
})

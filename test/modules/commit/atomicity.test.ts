import { beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../support/faulty-driver.ts'
import type { Client, Role } from '../../support/world.ts'
import { type FaultyWorld, createFaultyWorld, tagOf, tracesOf } from './support.ts'

/** A write of the API, on something that `prepare` has made. */
interface Case {
  readonly name: string
  readonly role: Role
  readonly prepare?: (client: Client, name: string) => Promise<{ path: string; tag?: string }>
  readonly method: string
  readonly path?: string
  readonly body: (name: string) => unknown
}

const draft = async (client: Client, name: string) => {
  const created = await client.fetch('POST', '/api/v1/blog/posts', {
    body: { title: name, body: 'text' },
  })
  const { id } = await created.json<{ id: string }>()
  return { path: `/api/v1/blog/posts/${id}`, tag: tagOf(created) }
}

const cases: readonly Case[] = [
  {
    name: 'writing a post with tags',
    role: 'manager',
    method: 'POST',
    path: '/api/v1/blog/posts',
    body: (name) => ({ title: name, body: 'text', tags: [name], publish: true }),
  },
  {
    name: 'changing a post',
    role: 'manager',
    prepare: draft,
    method: 'PATCH',
    body: (name) => ({ title: `${name} again`, tags: [`${name} tag`] }),
  },
  {
    name: 'publishing a post',
    role: 'manager',
    prepare: async (client, name) => ({ path: `${(await draft(client, name)).path}/publish` }),
    method: 'POST',
    body: () => ({}),
  },
  {
    name: 'making a category',
    role: 'admin',
    method: 'POST',
    path: '/api/v1/blog/categories',
    body: (name) => ({ slug: name, names: { en: name } }),
  },
  {
    name: 'adding a locale to the tenant',
    role: 'admin',
    prepare: async (_, name) => ({ path: `/api/v1/tenant/locales/${localeOf(name)}` }),
    method: 'PUT',
    body: () => ({ fallback: 'en' }),
  },
]

/** A locale of its own for each name. */
function localeOf(name: string): string {
  const digits = name.replaceAll(/\D/g, '')
  return `de-${digits.padStart(3, '0').slice(-3)}`
}

const faults: readonly Fault['kind'][] = ['fail-before', 'fail-after']

const faultOf = (kind: Fault['kind']): Fault =>
  kind === 'fail-after' ? { kind: 'fail-after' } : { kind: 'fail-before' }

describe('a write whose n-th database call fails', () => {
  let world: FaultyWorld
  beforeAll(async () => {
    world = await createFaultyWorld({ DATABASE_RETRIES: '0' })
  })

  describe.each(cases)('$name', (write) => {
    it.each(faults)(
      'is done as a whole or not at all, for every n (%s)',
      async (kind) => {
        const client = await world.as(write.role)
        let unharmed = false
        for (let n = 1; !unharmed; n++) {
          const name = `${write.method.toLowerCase()}-${cases.indexOf(write)}${faults.indexOf(kind)}${n}`
          const target = await write.prepare?.(client, name)
          const send = () =>
            client.fetch(write.method, target?.path ?? write.path ?? '', {
              body: write.body(name),
              headers: {
                'idempotency-key': name,
                ...(target?.tag ? { 'if-match': target.tag } : {}),
              },
            })
          const before = await tracesOf(world)
          const called = world.driver.calls.length
          world.driver.fault = (_, number) => (number === called + n ? faultOf(kind) : undefined)
          const answer = await send()
          world.driver.fault = () => undefined
          unharmed = world.driver.calls.length < called + n
          const after = await tracesOf(world)
          if (!unharmed) expect(answer.status, await answer.clone().text()).toBe(503)
          const isDone = after.state !== before.state
          expect(isDone, `call ${n}`).toBe(unharmed || after.keys > before.keys)
          expect(after.keys - before.keys).toBe(isDone ? 1 : 0)
          expect(after.audits - before.audits).toBe(isDone ? 1 : 0)
          expect(after.events > before.events).toBe(isDone)

          const again = await send()
          expect(again.status, await again.clone().text()).toBeLessThan(300)
          expect(again.headers.has('idempotency-replayed')).toBe(isDone)
          const settled = await tracesOf(world)
          expect([settled.keys, settled.audits]).toEqual([before.keys + 1, before.audits + 1])
          if (isDone) expect(settled).toEqual(after)
          expect(n).toBeLessThan(10)
        }
      },
      60_000,
    )
  })
})

describe('a write whose answer is lost', () => {
  it('is found done by the next try of the same request', async () => {
    const world = await createFaultyWorld()
    const client = await world.as('manager')
    const before = await tracesOf(world)
    let writes = 0
    world.driver.fault = ({ mode }) =>
      mode === 'write' && ++writes === 1 ? { kind: 'fail-after' } : undefined
    const answer = await client.fetch('POST', '/api/v1/blog/posts', {
      body: { title: 'Lost and found', body: 'text' },
    })
    expect(answer.status).toBe(201)
    expect(writes).toBe(2)
    expect((await tracesOf(world)).audits).toBe(before.audits + 1)
  })

  it('may have ended its own session, and is found done all the same', async () => {
    const world = await createFaultyWorld()
    const client = await world.as('manager')
    let writes = 0
    world.driver.fault = ({ mode }) =>
      mode === 'write' && ++writes === 1 ? { kind: 'fail-after' } : undefined
    expect((await client.fetch('POST', '/api/v1/auth/logout')).status).toBe(204)
  })

  it('may have moved the tenant on, and is found done all the same', async () => {
    const world = await createFaultyWorld()
    const client = await world.as('admin')
    const tenant = await client.fetch('GET', '/api/v1/tenant')
    let writes = 0
    world.driver.fault = ({ mode }) =>
      mode === 'write' && ++writes === 1 ? { kind: 'fail-after' } : undefined
    const answer = await client.fetch('PATCH', '/api/v1/tenant', {
      body: { name: 'Renamed' },
      headers: { 'if-match': tagOf(tenant) },
    })
    expect(answer.status, await answer.clone().text()).toBe(200)
  })

  it('that never comes is told as 503, and the same key then finds it', async () => {
    const world = await createFaultyWorld({ DATABASE_TIMEOUT_MS: '100', DATABASE_RETRIES: '0' })
    const client = await world.as('manager')
    const send = () =>
      client.fetch('POST', '/api/v1/blog/posts', {
        body: { title: 'Silent', body: 'text' },
        headers: { 'idempotency-key': 'silent' },
      })
    world.driver.fault = ({ mode }) => (mode === 'write' ? { kind: 'hang-after' } : undefined)
    const refused = await send()
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await refused.json()).toMatchObject({ code: 'unavailable' })
    world.driver.fault = () => undefined
    const found = await send()
    expect([found.status, found.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    const posts = await world.rows('SELECT id FROM blog_posts WHERE tenant_id = ?', world.tenantId)
    expect(posts).toHaveLength(1)
  })
})

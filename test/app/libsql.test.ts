import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../src/app/fetch.ts'
import { createIsolate } from '../../src/app/isolate.ts'
import { libsqlUrl } from '../support/libsql.ts'
import { PASSWORD, type World, createWorld } from '../support/world.ts'

const POSTS = '/api/v1/blog/posts'

const libsql = { DATABASE_DRIVER: 'libsql', DATABASE_URL: libsqlUrl }

describe('the platform on a libSQL server', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld({ env: libsql })
  })

  it('signs in over HTTP, refreshes and signs out', async () => {
    await world.as('customer')
    const body = { email: `customer@${world.slug}.example`, password: PASSWORD }
    const call = (path: string, input: unknown, token = '') =>
      world.anonymous.fetch('POST', `/api/v1/auth/${path}`, {
        body: input,
        headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      })
    const signedIn = await (await call('login', body)).json<Record<string, string>>()
    const refreshed = await call('refresh', { refreshToken: signedIn['refreshToken'] })
    const { accessToken = '' } = await refreshed.json<Record<string, string>>()
    expect((await call('logout', {}, accessToken)).status).toBe(204)
    expect((await call('logout', {}, accessToken)).status).toBe(401)
  })

  it('writes, lists, publishes and reads posts in as few trips as on D1', async () => {
    const manager = await world.as('manager')
    const created = await manager.fetch('POST', POSTS, {
      body: { title: 'Hello libSQL', body: '# Hi', tags: ['One', 'Two'] },
      headers: { 'idempotency-key': 'hello' },
    })
    expect(created.status, await created.clone().text()).toBe(201)
    expect(created.headers.get('server-timing')).toMatch(
      /db-trips;desc="1", db-rows-read;desc="[1-9]\d*", db-rows-written;desc="[1-9]\d*"/,
    )
    const { id } = await created.json<{ id: string }>()
    expect((await world.anonymous.fetch('GET', `${POSTS}/${id}`)).status).toBe(404)
    await manager.json('POST', `${POSTS}/${id}/publish`, { body: {} })
    const { items } = await world.anonymous.json<{ items: unknown[] }>('GET', `${POSTS}?tag=one`)
    expect(items).toMatchObject([
      { title: 'Hello libSQL', tags: [{ slug: 'one' }, { slug: 'two' }] },
    ])
    const answer = await world.anonymous.graphql('{ posts { items { title html } nextCursor } }')
    expect(answer.data).toMatchObject({ posts: { items: [{ title: 'Hello libSQL' }] } })
    expect(await world.eventsOf(id)).toEqual(['blog.post.created', 'blog.post.published'])
  })

  it('names what refuses a write: a key used before, a stale version, a taken slug, a missing reference', async () => {
    const manager = await world.as('manager')
    const write = (body: unknown, headers: Record<string, string> = {}) =>
      manager.fetch('POST', POSTS, { body, headers })
    const post = { title: 'Refused twice', slug: 'refused', body: 'text' }
    const key = { 'idempotency-key': 'refused' }
    const first = await write(post, key)
    const again = await write(post, key)
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    expect((await write({ ...post, title: 'Other' }, key)).status).toBe(422)
    const { id } = await first.json<{ id: string }>()
    const change = (tag: string) =>
      manager.fetch('PATCH', `${POSTS}/${id}`, {
        body: { title: 'New' },
        headers: { 'if-match': tag },
      })
    expect((await change('"1"')).status).toBe(200)
    expect((await change('"1"')).status).toBe(412)
    const twin = await write({ ...post, title: 'Twin' })
    expect([twin.status, await twin.json()]).toMatchObject([409, { code: 'blog.slug_taken' }])
    const orphan = await write({ title: 'Orphan', body: 'x', categoryId: id })
    expect([orphan.status, await orphan.json()]).toMatchObject([
      422,
      { code: 'blog.unknown_reference' },
    ])
  })

  it('lets one of twenty writers through', async () => {
    const manager = await world.as('manager')
    const { id } = await manager.json<{ id: string }>('POST', POSTS, {
      body: { title: 'Wanted', body: 'text' },
    })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        manager.fetch('PATCH', `${POSTS}/${id}`, {
          body: { title: `By ${n}` },
          headers: { 'if-match': '"1"' },
        }),
      ),
    )
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b)
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 412)])
  }, 30_000)

  it('publishes what is due by the tick', async () => {
    await world.tick()
    const manager = await world.as('manager')
    const { id } = await manager.json<{ id: string }>('POST', POSTS, {
      body: { title: 'Later', body: 'x' },
    })
    const publishAt = new Date(world.clock.now() + 60_000).toISOString()
    await manager.json('POST', `${POSTS}/${id}/publish`, { body: { publishAt } })
    world.clock.advance(120_000)
    await world.tick()
    expect(await manager.json('GET', `${POSTS}/${id}`)).toMatchObject({ status: 'published' })
  })

  it('leaves nothing of the tenant in D1', async () => {
    const found = env.DB.prepare('SELECT id FROM tenants WHERE id = ?').bind(world.tenantId)
    expect(await found.first()).toBeNull()
  })
})

describe('a libSQL server that cannot be reached', () => {
  it('makes the platform say so', async () => {
    const world = await createWorld({ env: libsql })
    const gone = { ...env, ...libsql, DATABASE_URL: 'http://127.0.0.1:9', DATABASE_RETRIES: '0' }
    const isolate = createIsolate(gone, world.clock)
    const ready = await serve(isolate, new Request('https://x.rustok.test/health/ready'))
    expect(ready.status).toBe(503)
    const refused = await serve(isolate, new Request(new URL(POSTS, world.origin)))
    expect(refused.status).toBe(503)
  })
})

import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { modules } from '../../src/app/modules.ts'
import { type Control, createControl } from '../modules/tenants/control.ts'
import { createFaultyDriver, type FaultyDriver } from '../support/faulty-driver.ts'
import { type Client, type World, createWorld } from '../support/world.ts'

const bindings = { DB_SECOND: env.SPARE_DB }
const POSTS = '/api/v1/blog/posts'

/** How many rows of a tenant a database holds. */
async function rowsIn(database: D1Database, tenantId: string): Promise<number> {
  const owned = modules.flatMap((module) => module.tables).filter((name) => name !== 'tenants')
  const counts = [...owned, 'audit_log', 'outbox', 'idempotency_keys'].map((name) =>
    database.prepare(`SELECT count(*) AS n FROM ${name} WHERE tenant_id = ?`).bind(tenantId),
  )
  const results = await database.batch<{ n: number }>(counts)
  return results.reduce((sum, { results: [row] }) => sum + (row?.n ?? 0), 0)
}

/** The ids of all tenants in the order of the list; those of other tests may be of a time to come. */
async function everyTenant(operator: Client): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const path: string = `/api/v1/tenants?limit=100${cursor && `&cursor=${cursor}`}`
    const page: { items: { id: string }[]; nextCursor: string | null } = await operator.json(
      'GET',
      path,
    )
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return ids
}

describe('a tenant on another shard', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld({ env: bindings, shard: 'second' })
  })

  it('signs in, writes, publishes and reads, and every row of it is in that database', async () => {
    const manager = await world.as('manager')
    const headers = { 'idempotency-key': 'one' }
    const write = () =>
      manager.fetch('POST', POSTS, {
        body: { title: 'Far away', body: 'x', publish: true },
        headers,
      })
    const created = await write()
    expect(created.status).toBe(201)
    expect((await write()).headers.get('idempotency-replayed')).toBe('true')
    const post = await world.anonymous.json('GET', '/api/v1/blog/posts-by-slug/far-away')
    expect(post).toMatchObject({ title: 'Far away' })
    expect(await rowsIn(env.SPARE_DB, world.tenantId)).toBeGreaterThan(10)
    expect(await rowsIn(env.DB, world.tenantId)).toBe(0)
  })

  it('is changed by its own administrator in one trip to read and one to write', async () => {
    const admin = await world.as('admin')
    const answer = await admin.fetch('PUT', '/api/v1/tenant/locales/de', { body: {} })
    expect(answer.status, await answer.clone().text()).toBe(200)
    expect(answer.headers.get('server-timing')).toContain('db-trips;desc="2"')
    const { items } = await admin.json<{ items: unknown[] }>('GET', '/api/v1/tenant/locales')
    expect(items).toHaveLength(2)
  })

  it('ends a session there, and at once', async () => {
    const admin = await world.as('admin')
    expect((await admin.fetch('POST', '/api/v1/auth/logout')).status).toBe(204)
    expect((await admin.fetch('GET', '/api/v1/auth/me')).status).toBe(401)
  })

  it('has its scheduled posts published by the tick', async () => {
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
})

describe('operators', () => {
  let control: Control
  beforeAll(async () => {
    control = await createControl(bindings)
  })

  it('make a tenant on a shard once, and find it among those of all shards', async () => {
    const { operator, fresh } = control
    const body = { slug: fresh(), name: 'Second', shard: 'second' }
    const make = () =>
      operator.fetch('POST', '/api/v1/tenants', { body, headers: { 'idempotency-key': body.slug } })
    const first = await (await make()).text()
    const again = await make()
    expect([await again.text(), again.headers.get('idempotency-replayed')]).toEqual([first, 'true'])
    const second = JSON.parse(first)
    const primary = await control.create()
    const own = new Set([primary.id, second.id])
    const found = (await everyTenant(operator)).filter((id) => own.has(id))
    expect(found).toEqual([primary.id, second.id])
    expect(await rowsIn(env.DB, second.id)).toBe(0)
  })

  it('suspend, serve again and configure a tenant of another shard; its audit log tells who', async () => {
    const { operator } = control
    const world = await createWorld({ env: bindings, shard: 'second' })
    const path = `/api/v1/tenants/${world.tenantId}`
    await operator.json('POST', `${path}/suspend`)
    await operator.json('POST', `${path}/activate`)
    const changed = await operator.fetch('PATCH', path, {
      body: { name: 'Renamed' },
      headers: { 'if-match': '"3"' },
    })
    expect(await changed.json()).toMatchObject({ name: 'Renamed', version: 4 })
    const host = `${world.slug}.example`
    const admin = await world.as('admin')
    await admin.json('POST', '/api/v1/tenant/domains', { body: { host } })
    await operator.json('POST', `${path}/domains/${host}/verify`)
    const { items } = await operator.json<{ items: unknown[] }>('GET', `${path}/domains`)
    expect(items).toMatchObject([{ host }])
    const audits = await world.rows<{ action: string; by: string | null }>(
      `SELECT action, changes ->> 'actorTenantId' AS by FROM audit_log
        WHERE tenant_id = ? AND target_type = 'tenant' ORDER BY action`,
      world.tenantId,
    )
    const by = control.world.tenantId
    expect(audits).toEqual([
      { action: 'tenants.domain.added', by: null },
      { action: 'tenants.domain.verified', by },
      { action: 'tenants.tenant.activated', by },
      { action: 'tenants.tenant.created', by: null },
      { action: 'tenants.tenant.suspended', by },
      { action: 'tenants.tenant.updated', by },
    ])
  })

  it('cannot give a slug or a host of one shard to a tenant of another', async () => {
    const { operator, fresh } = control
    const far = await createWorld({ env: bindings, shard: 'second' })
    const twin = { slug: far.slug, name: 'Twin' }
    expect((await operator.fetch('POST', '/api/v1/tenants', { body: twin })).status).toBe(409)
    const host = `${fresh()}.example`
    const claim = async (world: World) => {
      const admin = await world.as('admin')
      await admin.json('POST', '/api/v1/tenant/domains', { body: { host } })
      return operator.fetch('POST', `/api/v1/tenants/${world.tenantId}/domains/${host}/verify`)
    }
    expect((await claim(far)).status).toBe(200)
    const second = await claim(await createWorld({ env: bindings }))
    expect(second.status).toBe(409)
    expect(await second.json()).toMatchObject({ code: 'tenants.host_taken' })
  })

  it('are told that a shard does not exist', async () => {
    const { operator, fresh } = control
    const body = { slug: fresh(), name: 'Nowhere', shard: 'third' }
    const refused = await operator.fetch('POST', '/api/v1/tenants', { body })
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/shard' }] })
  })
})

describe('a shard that is down', () => {
  const drivers = new Map<string, FaultyDriver>()
  const wrapDriver = (real: Parameters<typeof createFaultyDriver>[0], shard: string) => {
    const driver = createFaultyDriver(real)
    drivers.set(shard, driver)
    return driver
  }
  const options = { env: { ...bindings, DATABASE_RETRIES: '0' }, wrapDriver }

  it('takes its own tenants with it and no others, and is told by name', async () => {
    const far = await createWorld({ ...options, shard: 'second' })
    const near = await createWorld(options)
    const broken = drivers.get('second')
    if (!broken) throw new Error('there is no second shard')
    broken.fault = () => ({ kind: 'fail-before' })
    const ask = (world: World) =>
      near.anonymous.fetch('GET', POSTS, { headers: { 'x-tenant-id': world.slug } })
    expect((await ask(near)).status).toBe(200)
    const url = new URL(POSTS, far.origin).href
    expect((await near.anonymous.fetch('GET', url)).status).toBe(503)
    const ready = await near.anonymous.fetch('GET', '/health/ready')
    expect(ready.status).toBe(200)
    expect(await ready.json()).toMatchObject({
      status: 'degraded',
      checks: [
        { name: 'database', status: 'ok' },
        { name: 'database:second', status: 'degraded' },
        { name: 'cache', status: 'ok' },
        { name: 'cron' },
      ],
    })
  })

  it('that this deployment does not have answers 503 for its tenants', async () => {
    const far = await createWorld({ ...options, shard: 'second' })
    const without = await createWorld()
    const url = new URL(`${POSTS}?limit=1`, far.origin).href
    const refused = await without.anonymous.fetch('GET', url)
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'unavailable' })
  })
})

import { describe, expect, it } from 'vitest'
import { abandon, byHost, byId, bySlug, directoryWorld, found, settle } from './support.ts'

describe('a lookup', () => {
  it('finds a tenant by id and by slug, with its locales, modules and roles', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    const tenant = await found(world, bySlug(slug))
    expect(tenant).toMatchObject({
      id,
      slug,
      name: 'Acme',
      status: 'active',
      version: 1,
      isControl: false,
      defaultLocale: 'en',
      locales: [{ code: 'en', fallback: null }],
      modules: { tenants: { enabled: true, settings: {} } },
      settings: { timeZone: 'UTC', description: '' },
    })
    expect(Object.keys(tenant.roles).sort()).toEqual([
      'admin',
      'customer',
      'manager',
      'super_admin',
    ])
    expect(await world.tenants().find(byId(id))).toEqual(tenant)
  })

  it('asks the database once and memory from then on, whatever the key', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    await found(world, bySlug(slug))
    await found(world, byId(id))
    await found(world, bySlug(slug))
    expect(world.state.loads).toBe(1)
    expect(world.metric('hits_total')).toBe(2)
    expect(world.metric('entries')).toBe(1)
  })

  it('in a new isolate asks the shared cache and not the database', async () => {
    const world = directoryWorld()
    const { slug } = await world.tenant()
    const tenant = await found(world, bySlug(slug))
    const elsewhere = world.isolate().forRequest(world.db())
    expect(await elsewhere.find(bySlug(slug))).toEqual(tenant)
    expect(world.state.loads).toBe(1)
  })

  it('of something that no tenant can be called asks nobody', async () => {
    const world = directoryWorld()
    for (const key of [bySlug("x'--"), byHost('a..b'), byId('1'), bySlug('a'.repeat(64))]) {
      expect(await world.tenants().find(key)).toBeUndefined()
    }
    expect(world.state.loads).toBe(0)
    expect(world.cache.calls.get).toBe(0)
  })

  it('keeps no more snapshots than it may', async () => {
    const world = directoryWorld({ entries: 2 })
    const tenants = [await world.tenant(), await world.tenant(), await world.tenant()]
    for (const { slug } of tenants) await found(world, bySlug(slug))
    expect(world.metric('entries')).toBe(2)
    expect(world.metric('evictions_total')).toBe(1)
  })
})

describe('an unknown tenant', () => {
  it('is asked for once and then known to be unknown, for a while', async () => {
    const world = directoryWorld()
    for (let times = 0; times < 3; times++) {
      expect(await world.tenants().find(bySlug('nobody-here'))).toBeUndefined()
    }
    expect(world.state.loads).toBe(1)
    expect(world.metric('negative_hits_total')).toBe(2)
    expect(world.metric('negative_inserts_total')).toBe(1)
    expect(world.metric('negative_entries')).toBe(1)

    world.cache.entries.clear()
    world.time.advance(5_000)
    await world.tenants().find(bySlug('nobody-here'))
    expect(world.state.loads).toBe(2)
  })

  it('is known to be unknown in other isolates, for the least time that the shared cache keeps', async () => {
    const world = directoryWorld()
    await world.tenants().find(bySlug('nobody-here'))
    expect([...world.cache.entries.values()]).toEqual([{ value: 'null', ttlSeconds: 60 }])
    const elsewhere = world.isolate().forRequest(world.db())
    const asked = world.cache.calls.get
    expect(await elsewhere.find(bySlug('nobody-here'))).toBeUndefined()
    expect(await elsewhere.find(bySlug('nobody-here'))).toBeUndefined()
    expect(world.cache.calls.get).toBe(asked + 1)
    expect(world.state.loads).toBe(1)
  })

  it('is known as soon as it is created in the isolate', async () => {
    const world = directoryWorld()
    const template = await world.tenant()
    const snapshot = await found(world, bySlug(template.slug))
    await world.tenants().find(bySlug('brand-new'))
    expect(world.metric('negative_entries')).toBe(1)
    const created = { ...snapshot, id: snapshot.id.replace(/.$/, 'f'), slug: 'brand-new' }
    await world.tenants().replace(undefined, created)
    expect(world.metric('negative_entries')).toBe(0)
    expect((await world.tenants().find(bySlug('brand-new')))?.id).toBe(created.id)
    const elsewhere = world.isolate().forRequest(world.db())
    expect((await elsewhere.find(bySlug('brand-new')))?.id).toBe(created.id)
  })

  it('is known when it was created while it was looked for', async () => {
    const world = directoryWorld()
    const snapshot = await found(world, bySlug((await world.tenant()).slug))
    const created = { ...snapshot, id: snapshot.id.replace(/.$/, 'e'), slug: 'born-meanwhile' }
    const early = world.tenants().find(bySlug('born-meanwhile'))
    await settle()
    await world.tenants().replace(undefined, created)
    expect((await early)?.id).toBe(created.id)
    expect((await world.tenants().find(bySlug('born-meanwhile')))?.id).toBe(created.id)
  })

  it('fills memory no further than it may', async () => {
    const world = directoryWorld({ entries: 3 })
    for (let number = 0; number < 10; number++)
      await world.tenants().find(bySlug(`nobody-${number}`))
    expect(world.metric('negative_entries')).toBe(3)
    expect(world.metric('negative_evictions_total')).toBe(7)
  })
})

describe('an old snapshot', () => {
  it('is asked about after ten seconds; a request behind the answer does it', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    await found(world, bySlug(slug))
    await world
      .db()
      .write(
        [{ sql: 'UPDATE tenants SET name = ?1, version = 2 WHERE id = ?2', params: ['New', id] }],
        '',
      )
    world.cache.entries.clear()
    world.time.advance(10_000)
    const later: Promise<unknown>[] = []
    const tenants = world.directory.forRequest(world.db(), (work) => later.push(work))
    expect((await tenants.find(bySlug(slug)))?.name).toBe('Acme')
    await Promise.all(later)
    expect((await tenants.find(bySlug(slug)))?.name).toBe('New')
  })

  it('is reloaded by one of many requests', async () => {
    const world = directoryWorld()
    const { slug } = await world.tenant()
    await found(world, bySlug(slug))
    world.time.advance(10_000)
    world.cache.entries.clear()
    await Promise.all(Array.from({ length: 20 }, () => world.tenants().find(bySlug(slug))))
    expect(world.state.loads).toBe(2)
  })

  it('answers at once while another request waits for the new one', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    await found(world, bySlug(slug))
    world.time.advance(10_000)
    world.cache.mode = 'hang'
    abandon(world.tenants().find(bySlug(slug)))
    await settle()
    expect((await found(world, bySlug(slug))).id).toBe(id)
  })

  it('goes when the tenant has lost the host by which it is asked for', async () => {
    const world = directoryWorld()
    const tenant = await found(world, bySlug((await world.tenant()).slug))
    await world.tenants().replace(tenant, { ...tenant, hosts: ['gone.example.com'], version: 2 })
    world.cache.entries.clear()
    world.time.advance(10_000)
    expect(await world.tenants().find(byHost('gone.example.com'))).toBeUndefined()
  })

  it('answers while the database and the cache are down, for another minute', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    await found(world, bySlug(slug))
    world.cache.mode = 'refuse'
    world.state.down = true
    world.time.advance(69_999)
    expect((await found(world, bySlug(slug))).id).toBe(id)
    world.time.advance(1)
    await expect(world.tenants().find(bySlug(slug))).rejects.toThrow('the database is down')
  })
})

describe('a change of a tenant', () => {
  it('is seen at once in this isolate and, by way of the shared cache, in new ones', async () => {
    const world = directoryWorld()
    const { slug } = await world.tenant()
    const before = await found(world, bySlug(slug))
    await world.tenants().replace(before, { ...before, status: 'suspended', version: 2 })
    expect((await found(world, bySlug(slug))).status).toBe('suspended')
    const elsewhere = world.isolate().forRequest(world.db())
    expect((await elsewhere.find(byId(before.id)))?.status).toBe('suspended')
    expect(world.state.loads).toBe(1)
  })

  it('drops the hosts that the tenant has lost, from both caches', async () => {
    const world = directoryWorld()
    const { slug } = await world.tenant()
    const before = { ...(await found(world, bySlug(slug))), hosts: ['old.example.com'], version: 2 }
    await world.tenants().replace(undefined, before)
    expect((await world.tenants().find(byHost('old.example.com')))?.id).toBe(before.id)
    await world.tenants().replace(before, { ...before, hosts: ['new.example.com'], version: 3 })
    expect(await world.tenants().find(byHost('old.example.com'))).toBeUndefined()
    expect((await world.tenants().find(byHost('new.example.com')))?.id).toBe(before.id)
    expect([...world.cache.entries.keys()].filter((key) => key.includes('example.com'))).toEqual([
      'tenant:v2:host:new.example.com',
      'tenant:v2:host:old.example.com',
    ])
    expect(world.cache.entries.get('tenant:v2:host:old.example.com')?.value).toBe('null')
  })

  it('that a later module makes is loaded by refresh', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    await found(world, bySlug(slug))
    await world
      .db()
      .write(
        [{ sql: 'UPDATE tenants SET name = ?1, version = 2 WHERE id = ?2', params: ['New', id] }],
        '',
      )
    expect((await world.tenants().refresh(id))?.name).toBe('New')
    expect((await found(world, bySlug(slug))).name).toBe('New')
  })

  it('is not undone by a load that began before it', async () => {
    const world = directoryWorld()
    const { slug } = await world.tenant()
    const before = await found(world, bySlug(slug))
    world.time.advance(70_000)
    world.cache.entries.clear()
    const slow = world.tenants().find(bySlug(slug))
    await world.tenants().replace(before, { ...before, name: 'New', version: 2 })
    expect((await slow)?.name).toBe('New')
    expect((await found(world, bySlug(slug))).name).toBe('New')
  })
})

describe('a browser origin', () => {
  it('is known when a served tenant allows it, and asked for once in a while', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    const origin = `https://${slug}.example.com`
    expect(await world.tenants().knowsOrigin(origin)).toBe(false)
    expect(await world.tenants().knowsOrigin(origin)).toBe(false)
    expect(world.state.loads).toBe(1)
    await world.db().write(
      [
        {
          sql: 'INSERT INTO tenant_origins (tenant_id, origin, created_at) VALUES (?1, ?2, 0)',
          params: [id, origin],
        },
      ],
      '',
    )
    const before = await found(world, bySlug(slug))
    await world.tenants().replace(before, { ...before, origins: [origin], version: 2 })
    expect(await world.tenants().knowsOrigin(origin)).toBe(true)
  })

  it('that no tenant may allow asks nobody', async () => {
    const world = directoryWorld()
    for (const origin of [
      'null',
      'http://a.example.com',
      'https://a.example.com/',
      'x'.repeat(5_000),
    ]) {
      expect(await world.tenants().knowsOrigin(origin)).toBe(false)
    }
    expect(world.state.loads).toBe(0)
  })
})

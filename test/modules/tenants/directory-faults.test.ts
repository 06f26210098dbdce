import { describe, expect, it } from 'vitest'
import { abandon, byId, bySlug, directoryWorld, found, settle } from './support.ts'

describe('a stampede', () => {
  it('of 100 misses makes one load', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => world.tenants().find(bySlug(slug))),
    )
    expect(answers.map((tenant) => tenant?.id)).toEqual(Array.from({ length: 100 }, () => id))
    expect(world.state.loads).toBe(1)
    expect(world.cache.calls.get).toBe(1)
    expect(world.metric('coalesced_total')).toBe(99)
  })

  it('of 100 misses for an unknown tenant makes one load', async () => {
    const world = directoryWorld()
    await Promise.all(
      Array.from({ length: 100 }, () => world.tenants().find(bySlug('nobody-here'))),
    )
    expect(world.state.loads).toBe(1)
  })

  it('whose leader is cancelled is served by one other load after a second', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    world.state.hang = true
    abandon(world.tenants().find(bySlug(slug)))
    await settle()
    world.state.hang = false
    const waiters = Promise.all(
      Array.from({ length: 50 }, () => world.tenants().find(bySlug(slug))),
    )
    await settle()
    expect(world.state.loads).toBe(1)
    world.time.advance(1_000)
    expect((await waiters).every((tenant) => tenant?.id === id)).toBe(true)
    expect(world.state.loads).toBe(2)
  })

  it('does not hang on a leader that died, however long ago', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    world.state.hang = true
    abandon(world.tenants().find(bySlug(slug)))
    await settle()
    world.state.hang = false
    world.time.advance(3_600_000)
    expect((await found(world, bySlug(slug))).id).toBe(id)
  })

  it('whose leader fails is served by one other load', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    world.state.down = true
    const leader = Promise.allSettled([world.tenants().find(bySlug(slug))])
    const waiters = Array.from({ length: 20 }, () => world.tenants().find(bySlug(slug)))
    await settle()
    world.state.down = false
    expect(await leader).toMatchObject([{ status: 'rejected' }])
    expect((await Promise.all(waiters)).every((tenant) => tenant?.id === id)).toBe(true)
    expect(world.state.loads).toBe(2)
  })
})

describe('a shared cache', () => {
  it('that is stale does not bring back an older state than the isolate has seen', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    const before = await found(world, bySlug(slug))
    world.cache.freeze()
    await world
      .db()
      .write(
        [{ sql: 'UPDATE tenants SET name = ?1, version = 2 WHERE id = ?2', params: ['New', id] }],
        '',
      )
    await world.tenants().replace(before, { ...before, name: 'New', version: 2 })
    world.time.advance(70_000)
    expect((await found(world, bySlug(slug))).name).toBe('New')
    expect(world.state.loads).toBe(2)
  })

  it('that has not heard of a tenant yet does not make it unknown again', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    world.cache.entries.set(`tenant:v2:slug:${slug}`, { value: 'null', ttlSeconds: 60 })
    await found(world, byId(id))
    world.time.advance(70_000)
    expect((await found(world, bySlug(slug))).id).toBe(id)
  })

  it.each(['{', '{}', '[]', '"x"', '{"id":1}'])('that holds %s is not believed', async (value) => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    world.cache.entries.set(`tenant:v2:slug:${slug}`, { value, ttlSeconds: 300 })
    expect((await found(world, bySlug(slug))).id).toBe(id)
  })

  it('that holds another tenant under a key is not believed', async () => {
    const world = directoryWorld()
    const [mine, foreign] = [await world.tenant(), await world.tenant()]
    await found(world, bySlug(foreign.slug))
    const stored = world.cache.entries.get(`tenant:v2:slug:${foreign.slug}`)
    if (!stored) throw new Error('the cache is empty')
    world.cache.entries.set(`tenant:v2:slug:${mine.slug}`, stored)
    expect((await found(world, bySlug(mine.slug))).id).toBe(mine.id)
  })

  it('that is down leaves the answer to the database, and is left alone after five failures', async () => {
    const world = directoryWorld()
    const tenants = await Promise.all(Array.from({ length: 6 }, () => world.tenant()))
    world.cache.mode = 'refuse'
    world.cache.calls.get = 0
    world.cache.calls.put = 0
    for (const { id, slug } of tenants) expect((await found(world, bySlug(slug))).id).toBe(id)
    expect(world.cache.calls.get + world.cache.calls.put).toBe(5)
    expect(world.metric('breaker_state')).toBe(1)
    expect(world.metric('errors_total')).toBe(5)
  })

  it('that fails now and then is not left alone', async () => {
    const world = directoryWorld()
    const tenants = await Promise.all(Array.from({ length: 9 }, () => world.tenant()))
    for (const [index, { slug }] of tenants.entries()) {
      world.cache.mode = index % 3 === 2 ? 'works' : 'refuse'
      await found(world, bySlug(slug))
    }
    expect(world.metric('errors_total')).toBe(12)
    expect(world.metric('breaker_state')).toBe(0)
  })

  it('that hangs is waited for half a second', async () => {
    const world = directoryWorld()
    const { id, slug } = await world.tenant()
    world.cache.mode = 'hang'
    const later: Promise<unknown>[] = []
    const answer = world.directory
      .forRequest(world.db(), (work) => later.push(work))
      .find(bySlug(slug))
    await settle()
    expect(world.state.loads).toBe(0)
    world.time.advance(500)
    expect((await answer)?.id).toBe(id)
  })

  it('that is well again is used again after thirty seconds', async () => {
    const world = directoryWorld()
    const tenants = await Promise.all(Array.from({ length: 4 }, () => world.tenant()))
    const [first, second, third, last] = tenants
    if (!first || !second || !third || !last) throw new Error('tenants are missing')
    world.cache.mode = 'refuse'
    for (const { slug } of [first, second, third]) await found(world, bySlug(slug))
    expect(world.metric('breaker_state')).toBe(1)

    world.time.advance(30_000)
    await found(world, bySlug(last.slug))
    expect(world.metric('breaker_state')).toBe(1)

    world.cache.mode = 'works'
    world.time.advance(100_000)
    await found(world, bySlug(last.slug))
    expect(world.metric('breaker_state')).toBe(0)
    expect(world.cache.entries.has(`tenant:v2:slug:${last.slug}`)).toBe(true)
  })
})

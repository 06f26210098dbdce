import { beforeAll, describe, expect, it } from 'vitest'
import type { World } from '../../support/world.ts'
import {
  deliveriesTo,
  deliveryTo,
  happen,
  makeEndpoint,
  sinkName,
  sinkTarget,
  takenBy,
  verdictsOn,
  webhookWorld,
} from './support.ts'

let world: World

beforeAll(async () => {
  world = await webhookWorld()
})

describe('what an endpoint is sent', () => {
  it('W1: is accepted by the packages standardwebhooks and svix, and nothing changed is', async () => {
    const name = sinkName()
    const { secret } = await makeEndpoint(world, { url: sinkTarget(name) })
    world.clock.advance(Date.now() - world.clock.now())
    await happen(world)
    await world.drain()
    const [taken] = await takenBy(name)
    if (!taken) throw new Error('nothing came')
    const both = (value: boolean) => ({ standardwebhooks: value, svix: value })
    expect(await verdictsOn(secret, taken)).toEqual(both(true))
    const other = `whsec_${btoa('another secret of 24 bytes and more')}`
    expect(await verdictsOn(other, taken)).toEqual(both(false))
    expect(await verdictsOn(secret, { ...taken, body: `${taken.body} ` })).toEqual(both(false))
    for (const header of ['webhook-id', 'webhook-timestamp']) {
      const headers = { ...taken.headers, [header]: '1' }
      expect(await verdictsOn(secret, { ...taken, headers })).toEqual(both(false))
    }
  })

  it('W2: carries the id of the event over all tries, signed anew over the same bytes', async () => {
    const name = sinkName()
    const { id, secret } = await makeEndpoint(world, { url: sinkTarget(name, 'flaky/2') })
    await happen(world)
    await world.drain()
    world.clock.advance(6_000)
    await world.drain()
    world.clock.advance(400_000)
    await world.drain()
    const taken = await takenBy(name)
    expect(taken).toHaveLength(3)
    const distinct = (of: (each: (typeof taken)[number]) => unknown) => new Set(taken.map(of)).size
    expect(distinct(({ headers }) => headers['webhook-id'])).toBe(1)
    expect(distinct(({ body }) => body)).toBe(1)
    expect(distinct(({ headers }) => headers['webhook-timestamp'])).toBe(3)
    expect(distinct(({ headers }) => headers['webhook-signature'])).toBe(3)
    expect(await deliveryTo(world, id)).toMatchObject({ state: 'succeeded', attempts: 3 })
    const timestamps = taken.map(({ headers }) => Number(headers['webhook-timestamp']) * 1_000)
    expect(Math.max(...timestamps)).toBeLessThanOrEqual(world.clock.now())
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  })

  it('W2: comes once to a healthy endpoint, whatever its neighbours do', async () => {
    const own = await webhookWorld()
    const [good, bad] = [sinkName(), sinkName()]
    await makeEndpoint(own, { url: sinkTarget(good) })
    await makeEndpoint(own, { url: sinkTarget(bad, '500') })
    await happen(own)
    for (const pause of [0, 6_000, 400_000, 3_000_000]) {
      own.clock.advance(pause)
      await own.drain()
    }
    expect(await takenBy(good)).toHaveLength(1)
    expect((await takenBy(bad)).length).toBeGreaterThan(2)
  })

  it('W7: says type, timestamp and data in less than 20 KB, and who sends it', async () => {
    const name = sinkName()
    await makeEndpoint(world, { url: sinkTarget(name) })
    const author = await happen(world)
    await world.drain()
    const [taken] = await takenBy(name)
    const body = JSON.parse(taken?.body ?? '')
    expect(body).toMatchObject({
      id: taken?.headers['webhook-id'],
      type: 'blog.author.created',
      version: 1,
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      tenantId: world.tenantId,
      aggregate: { type: 'blog.author', id: author.id, version: 1 },
      data: { id: author.id },
    })
    expect(taken?.headers).toMatchObject({
      'user-agent': expect.stringContaining('RusToK'),
      'content-type': 'application/json',
    })
    expect(taken?.body.length).toBeLessThan(20_480)
  })

  it('is only what it asked for: its types, its fields, or no payload', async () => {
    const own = await webhookWorld()
    const names = { exact: sinkName(), all: sinkName(), other: sinkName(), ids: sinkName() }
    const to = (name: string) => ({ url: sinkTarget(name) })
    await makeEndpoint(own, {
      ...to(names.exact),
      events: ['blog.author.created'],
      fields: ['slug'],
    })
    await makeEndpoint(own, { ...to(names.all), events: ['*'] })
    await makeEndpoint(own, { ...to(names.other), events: ['blog.post.*', 'blog.author.updated'] })
    await makeEndpoint(own, { ...to(names.ids), events: ['blog.*'], shape: 'ids' })
    const author = await happen(own, 'Ada')
    await own.drain()
    const bodies = async (name: string) => (await takenBy(name)).map(({ body }) => JSON.parse(body))
    expect((await bodies(names.exact)).map(({ data }) => data)).toEqual([{ slug: 'ada' }])
    expect((await bodies(names.all)).map(({ type }) => type)).toContain('blog.author.created')
    expect(await bodies(names.other)).toEqual([])
    expect((await bodies(names.ids)).map(({ data }) => data)).toEqual([{ id: author.id }])
  })

  it('is owed to nobody in a tenant without an enabled endpoint', async () => {
    const own = await webhookWorld()
    await happen(own)
    const owed = () =>
      own.rows('SELECT id FROM outbox WHERE tenant_id = ? AND settled_at IS NULL', own.tenantId)
    expect(await owed()).toEqual([])
    const { id } = await makeEndpoint(own, { url: sinkTarget(sinkName()), events: ['nothing'] })
    await own.drain()
    await happen(own)
    expect(await owed()).toHaveLength(1)
    await own.drain()
    const admin = await own.as('admin')
    const path = `/api/v1/webhooks/endpoints/${id}`
    const headers = { 'if-match': '*' }
    await admin.json('PATCH', path, { body: { state: 'disabled' }, headers })
    await own.drain()
    await happen(own)
    expect(await owed()).toEqual([])
    await admin.json('PATCH', path, { body: { state: 'enabled' }, headers })
    await admin.fetch('DELETE', path, { headers })
    await own.drain()
    await happen(own)
    expect(await owed()).toEqual([])
    expect(await deliveriesTo(own, id)).toEqual([])
  })

  it('goes nowhere when the endpoint was disabled or deleted meanwhile', async () => {
    const own = await webhookWorld()
    const name = sinkName()
    const { id } = await makeEndpoint(own, { url: sinkTarget(name, '500') })
    await happen(own)
    await own.drain()
    const admin = await own.as('admin')
    await admin.fetch('DELETE', `/api/v1/webhooks/endpoints/${id}`, {
      headers: { 'if-match': '*' },
    })
    own.clock.advance(6_000)
    await own.drain()
    expect(await takenBy(name)).toHaveLength(1)
    expect(await deliveryTo(own, id)).toMatchObject({
      state: 'failed',
      error: 'the endpoint was deleted',
    })
  })
})

import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { tablesOfDatabase } from '../../suites/support/database.ts'
import type { World } from '../../support/world.ts'
import {
  happen,
  makeEndpoint,
  sinkName,
  sinkTarget,
  takenBy,
  verdictsOn,
  webhookWorld,
} from './support.ts'

const DAY = 86_400_000

/** A world whose clock is the machine's, since the reference libraries ask that one. */
async function timelyWorld(): Promise<World> {
  const world = await webhookWorld()
  world.clock.advance(Date.now() - world.clock.now())
  return world
}

/** Everything in the database and in KV, as one text. */
async function everythingStored(): Promise<string> {
  const tables = await tablesOfDatabase()
  const answers = await env.DB.batch(
    tables.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`)),
  )
  const { keys } = await env.CACHE.list()
  const values = await Promise.all(keys.map(({ name }) => env.CACHE.get(name)))
  return JSON.stringify([answers.map(({ results }) => results), values])
}

describe('a secret of an endpoint', () => {
  it('W6: is whsec_ and 32 random bytes, one an endpoint, and shown once', async () => {
    const world = await webhookWorld()
    const one = await makeEndpoint(world, { url: sinkTarget(sinkName()) })
    const other = await makeEndpoint(world, { url: sinkTarget(sinkName()) })
    expect(one.secret).toMatch(/^whsec_/)
    expect(atob(one.secret.slice(6))).toHaveLength(32)
    expect(one.secret).not.toBe(other.secret)
    const admin = await world.as('admin')
    const listed = await admin.fetch('GET', '/api/v1/webhooks/endpoints')
    const read = await admin.fetch('GET', `/api/v1/webhooks/endpoints/${one.id}`)
    expect((await listed.text()) + (await read.text())).not.toContain('whsec_')
  })

  it('W6: is nowhere to be found in what is stored, nor in a repeated answer', async () => {
    const world = await webhookWorld()
    const admin = await world.as('admin')
    const body = { url: sinkTarget(sinkName()), events: ['blog.author.*'] }
    const headers = { 'idempotency-key': 'once' }
    const create = () =>
      admin.json<{ id: string; secret: string | null }>('POST', '/api/v1/webhooks/endpoints', {
        body,
        headers,
      })
    const { id, secret } = await create()
    const again = await create()
    expect(again).toMatchObject({ id, secret: null })
    const rotated = await admin.json<{ secret: string }>(
      'POST',
      `/api/v1/webhooks/endpoints/${id}/rotate-secret`,
      { headers: { 'if-match': '*' } },
    )
    const source = await admin.json<{ secret: string }>('POST', '/api/v1/webhooks/sources', {
      body: { slug: 'billing' },
    })
    await happen(world)
    await world.drain()
    const stored = await everythingStored()
    expect(stored).toContain(id)
    for (const text of [secret ?? '', rotated.secret, source.secret]) {
      expect(text).toMatch(/^whsec_/)
      expect(stored).not.toContain(text)
      expect(stored).not.toContain(text.slice(6))
    }
  })

  it('W6: signs beside its successor for 24 hours, and then no more', async () => {
    const world = await timelyWorld()
    const name = sinkName()
    const { id, secret } = await makeEndpoint(world, { url: sinkTarget(name) })
    const admin = await world.as('admin')
    const after = await admin.json<{ secret: string }>(
      'POST',
      `/api/v1/webhooks/endpoints/${id}/rotate-secret`,
      { headers: { 'if-match': '"1"' } },
    )
    await happen(world)
    await world.drain()
    const both = { standardwebhooks: true, svix: true }
    const [first] = await takenBy(name)
    if (!first) throw new Error('nothing came')
    expect(await verdictsOn(secret, first)).toEqual(both)
    expect(await verdictsOn(after.secret, first)).toEqual(both)
    world.clock.advance(DAY + 1_000)
    await happen(world)
    await world.drain()
    const signatures = (await takenBy(name)).map(({ headers }) => headers['webhook-signature'])
    expect(signatures.map((text) => text?.split(' ').length)).toEqual([2, 1])
    expect(await world.eventsOf(id)).toEqual([
      'webhooks.endpoint.created',
      'webhooks.endpoint.secret_rotated',
    ])
  })

  it('W6: opens for its own endpoint only', async () => {
    const world = await webhookWorld()
    const names = [sinkName(), sinkName()]
    const one = await makeEndpoint(world, { url: sinkTarget(names[0] ?? '') })
    const other = await makeEndpoint(world, { url: sinkTarget(names[1] ?? '') })
    await env.DB.prepare(
      `UPDATE webhook_endpoints SET secret = (SELECT secret FROM webhook_endpoints WHERE id = ?)
        WHERE id = ?`,
    )
      .bind(one.id, other.id)
      .run()
    await happen(world)
    await world.drain()
    expect(await takenBy(names[0] ?? '')).toHaveLength(1)
    expect(await takenBy(names[1] ?? '')).toEqual([])
  })
})

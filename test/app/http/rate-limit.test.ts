import { describe, expect, it, vi } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import type { WrapDriver } from '../../../src/app/shards.ts'
import { type World, createWorld } from '../../support/world.ts'
import { makeKey } from '../../modules/api-keys/support.ts'

const POSTS = '/api/v1/blog/posts'

const limitedWorld = async (requests: number, wrapDriver?: WrapDriver) => {
  const world = await createWorld({
    env: { LIMITS_REQUESTS_PER_MINUTE: String(requests) },
    ...(wrapDriver ? { wrapDriver } : {}),
  })
  // The first instant of a window.
  world.clock.advance(60_000 - (world.clock.now() % 60_000))
  return world
}

const ask = (world: World, address: string, headers: Record<string, string> = {}) =>
  serve(
    world.isolate,
    new Request(new URL(POSTS, world.origin), {
      headers: { 'cf-connecting-ip': address, ...headers },
    }),
  )

/** A list of one string with parameters that are whole numbers (RFC 9651 §3.1). */
function parseItem(header: string | null) {
  const match = /^"([\x20\x21\x23-\x5b\x5d-\x7e]*)"((?:;[a-z][a-z0-9_.*-]*=\d{1,15})+)$/.exec(
    header ?? '',
  )
  if (!match) throw new Error(`not a structured field: ${header}`)
  const pairs = (match[2] ?? '').split(';').filter(Boolean)
  return {
    name: match[1],
    ...Object.fromEntries(
      pairs.map((pair) => pair.split('=')).map(([key, value]) => [key, Number(value)]),
    ),
  }
}

const budgetOf = (answer: Response) => parseItem(answer.headers.get('ratelimit'))

describe('the budget of a caller', () => {
  it('is told as structured fields, and shrinks by one a request', async () => {
    const world = await limitedWorld(3)
    const answers = [await ask(world, '192.0.2.1'), await ask(world, '192.0.2.1')]
    expect(answers.map(budgetOf)).toEqual([
      { name: 'default', r: 2, t: 60 },
      { name: 'default', r: 1, t: 60 },
    ])
    expect(parseItem(answers[0]?.headers.get('ratelimit-policy') ?? null)).toEqual({
      name: 'default',
      q: 3,
      w: 60,
    })
  })

  it('is exact at its end, answers 429 past it, and is whole again when the window ends', async () => {
    const world = await limitedWorld(3)
    const statuses = []
    for (let n = 0; n < 4; n++) statuses.push((await ask(world, '192.0.2.1')).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    world.clock.advance(15_000)
    const refused = await ask(world, '192.0.2.1')
    expect(refused.headers.get('retry-after')).toBe('45')
    expect(budgetOf(refused)).toEqual({ name: 'default', r: 0, t: 45 })
    expect(await refused.json()).toMatchObject({ code: 'too_many_requests', status: 429 })
    world.clock.advance(45_000)
    expect((await ask(world, '192.0.2.1')).status).toBe(200)
  })

  it('holds among a hundred at once', async () => {
    const world = await limitedWorld(40)
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(world, '192.0.2.1')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(60)
  })

  it('is one for all spellings and neighbours of an IPv6 address, and another for each network', async () => {
    const world = await limitedWorld(100)
    const spellings = [
      '2001:db8:1:2::1',
      '2001:DB8:1:2::1',
      '2001:0db8:0001:0002:0000:0000:0000:0001',
      '2001:db8:1:2:ffff:ffff:ffff:ffff',
      '2001:db8:1:2::',
    ]
    const left = []
    for (const address of spellings) left.push(budgetOf(await ask(world, address)).r)
    expect(left).toEqual([99, 98, 97, 96, 95])
    expect(budgetOf(await ask(world, '2001:db8:1:3::1')).r).toBe(99)
    expect(budgetOf(await ask(world, '192.0.2.7')).r).toBe(99)
    expect(budgetOf(await ask(world, '::ffff:192.0.2.7')).r).toBe(98)
    expect(budgetOf(await ask(world, '::ffff:c000:207')).r).toBe(97)
    expect(budgetOf(await ask(world, '::1')).r).toBe(99)
  })

  it('is not another’s for headers that anybody can write', async () => {
    const world = await limitedWorld(100)
    const left = []
    for (const name of ['x-forwarded-for', 'forwarded', 'true-client-ip', 'x-real-ip'])
      left.push(budgetOf(await ask(world, '192.0.2.1', { [name]: '203.0.113.9' })).r)
    expect(left).toEqual([99, 98, 97, 96])
  })

  it('is each user’s own behind one address, and each tenant’s own', async () => {
    const world = await limitedWorld(100)
    const other = await limitedWorld(100)
    const manager = await world.as('manager')
    const signedIn = { authorization: `Bearer ${manager.token}` }
    await ask(world, '192.0.2.1')
    expect(budgetOf(await ask(world, '192.0.2.1', signedIn)).r).toBe(99)
    expect(budgetOf(await ask(world, '198.51.100.1', signedIn)).r).toBe(98)
    expect(budgetOf(await ask(other, '192.0.2.1')).r).toBe(99)
  })
})

/** A world whose calls of the database are counted, and its callers by the headers that they send. */
async function watchedWorld() {
  const calls: string[] = []
  const world = await limitedWorld(1, (driver) => ({
    batch(statements, mode) {
      calls.push(...statements.map(({ sql }) => sql))
      return driver.batch(statements, mode)
    },
  }))
  const manager = await world.as('manager')
  const { id, key } = await makeKey(world)
  const callers = {
    address: { 'cf-connecting-ip': '192.0.2.1' },
    user: { 'cf-connecting-ip': '192.0.2.2', authorization: `Bearer ${manager.token}` },
    key: { 'cf-connecting-ip': '192.0.2.3', authorization: `Bearer ${key}` },
  }
  const isNoted = async () => {
    const sql = 'SELECT last_used_at AS at FROM api_keys WHERE id = ?'
    const [row] = await world.rows<{ at: number | null }>(sql, id)
    return row?.at !== null
  }
  return { world, calls, callers, isNoted }
}

const writing = {
  method: 'POST',
  more: { 'content-type': 'application/json', 'idempotency-key': 'once' },
}

/** Requests of every kind: their paths, and what they send beside the caller's headers. */
const requests: ({ path?: string; more?: Record<string, string> } & RequestInit)[] = [
  {},
  { more: { 'if-none-match': '"any"' } },
  { ...writing, body: JSON.stringify({ title: 'Title', body: 'Text' }) },
  {
    ...writing,
    path: '/graphql',
    body: JSON.stringify({ query: '{ posts { items { id } } }' }),
  },
  { ...writing, path: '/graphql', body: JSON.stringify({ query: '{ never closed' }) },
]

describe('a request past the budget', () => {
  it('costs the database nothing, whoever sends whatever from wherever', async () => {
    const { world, calls, callers, isNoted } = await watchedWorld()
    for (const headers of Object.values(callers)) {
      const { status } = await serve(
        world.isolate,
        new Request(new URL(POSTS, world.origin), { headers }),
      )
      expect(status).toBe(200)
    }
    await vi.waitFor(async () => expect(await isNoted()).toBe(true))
    const before = calls.length
    for (const [who, headers] of Object.entries(callers)) {
      for (const [index, { path, more, ...init }] of requests.entries()) {
        const origin = `https://${who}-${index}.example.com`
        const url = new URL(path ?? POSTS, world.origin)
        const request = new Request(url, { ...init, headers: { ...more, ...headers, origin } })
        expect((await serve(world.isolate, request)).status).toBe(429)
      }
    }
    expect(calls.slice(before)).toEqual([])
  })

  it('tells its refusal to a page of an origin on the tenant’s list, and to no other page', async () => {
    const world = await limitedWorld(1)
    const admin = await world.as('admin')
    const listed = `https://${world.slug}.example`
    await admin.json('PUT', '/api/v1/tenant/origins', { body: { origins: [listed] } })
    await ask(world, '192.0.2.1')
    const readers = []
    for (const origin of [listed, 'https://another.example']) {
      const refused = await ask(world, '192.0.2.1', { origin })
      expect([refused.status, refused.headers.get('vary')]).toEqual([429, 'Origin'])
      readers.push(refused.headers.get('access-control-allow-origin'))
    }
    expect(readers).toEqual([listed, null])
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import { type World, createWorld } from '../../support/world.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

let world: World
beforeAll(async () => {
  world = await createWorld()
})

const ask = (path: string, init: RequestInit = {}) =>
  serve(world.isolate, new Request(new URL(path, world.origin), init))

describe('every kind of answer', () => {
  const kinds: readonly [string, string, RequestInit?][] = [
    ['a resource', '/api/v1/blog/posts'],
    ['an unchanged resource', '/api/v1/blog/posts', { headers: { 'if-none-match': '*' } }],
    ['a feed', '/api/v1/blog/feed.rss'],
    ['a missing path', '/nothing'],
    ['a refused caller', '/api/v1/tenant'],
    ['a refused method', '/api/v1/blog/posts', { method: 'DELETE' }],
    [
      'a preflight',
      '/api/v1/blog/posts',
      {
        method: 'OPTIONS',
        headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' },
      },
    ],
    ['an OPTIONS', '/api/v1/blog/posts', { method: 'OPTIONS' }],
    ['a HEAD', '/api/v1/blog/posts', { method: 'HEAD' }],
    ['health', '/health'],
    ['metrics', '/metrics'],
    ['the API document', '/openapi.json'],
    ['the API page', '/docs'],
    [
      'a GraphQL answer',
      '/graphql?query={__typename}',
      { headers: { 'apollo-require-preflight': '1' } },
    ],
    [
      'a GraphQL refusal',
      '/graphql',
      { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
    ],
    ['a missing file', '/assets/nothing.js'],
    ['the public keys', '/.well-known/jwks.json'],
  ]

  it.each(kinds)('carries the security headers: %s', async (_, path, init) => {
    const { headers } = await ask(path, init)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('strict-transport-security')).toMatch(/max-age=31536000/)
    expect(headers.get('permissions-policy')).toContain('camera=()')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-request-id')).toMatch(UUID)
    expect(headers.has('server')).toBe(false)
    expect(headers.has('x-powered-by')).toBe(false)
    expect(headers.has('set-cookie')).toBe(false)
  })
})

describe('the request id', () => {
  const idOf = async (given: string, path = '/health') =>
    (await ask(path, { headers: { 'x-request-id': given } })).headers.get('x-request-id')

  it.each(['01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11', 'client.id_1', 'a'.repeat(64), '12345678'])(
    'is the client’s own when that is harmless: %s',
    async (id) => {
      expect(await idOf(id)).toBe(id)
    },
  )

  it.each([
    'short',
    'a'.repeat(65),
    'with blanks in it',
    '<script>alert(1)</script>',
    '{"$ne":null}',
    '%0d%0aSet-Cookie:x',
    'ünïcödé-id',
    '',
  ])('is a new one instead of “%s”', async (id) => {
    expect(await idOf(id)).toMatch(UUID)
  })

  it('is in the problem document, and each request has its own', async () => {
    const [one, other] = await Promise.all([ask('/nothing'), ask('/nothing')])
    const problem = await one.json<{ requestId: string; instance: string }>()
    expect(problem.requestId).toBe(one.headers.get('x-request-id'))
    expect(problem.instance).toContain(problem.requestId)
    expect(other.headers.get('x-request-id')).not.toBe(problem.requestId)
  })
})

describe('the trace', () => {
  const TRACE = '0af7651916cd43dd8448eb211c80319c'
  const traceOf = async (headers: Record<string, string>, path = '/health') =>
    (await ask(path, { headers })).headers.get('traceresponse')

  it.each(['/health', '/nothing', '/api/v1/blog/posts', '/api/v1/tenant'])(
    'of the caller goes on in the answer, under a span of its own: %s',
    async (path) => {
      const answer = await traceOf({ traceparent: `00-${TRACE}-b7ad6b7169203331-01` }, path)
      expect(answer).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`))
      expect(answer).not.toContain('b7ad6b7169203331')
    },
  )

  it.each([
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-b7ad6b7169203331-01`,
    `00-${TRACE}-b7ad6b7169203331-01-more`,
  ])('is a new one for a traceparent that is none: “%s”', async (traceparent) => {
    const answer = await traceOf({ traceparent, 'x-request-id': 'client.id_1' })
    expect(answer).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/)
    expect(answer).not.toContain(TRACE)
  })
})

describe('Server-Timing', () => {
  /** The metrics of a `Server-Timing` header (W3C), by name. */
  const costOf = (answer: Response) => {
    const header = answer.headers.get('server-timing') ?? ''
    const metrics = [...header.matchAll(/(?:^|, )([!#$%&'*+.^_`|~\w-]+);desc="(\d+)"/g)]
    expect(metrics.map(([text]) => text).join('')).toBe(header)
    return Object.fromEntries(metrics.map(([, name, value]) => [name, Number(value)]))
  }

  it('tells round trips and rows of reads and writes, and nothing for what memory answers', async () => {
    const manager = await world.as('manager')
    const body = { title: 'Counted', body: 'x', publish: true }
    const written = costOf(await manager.fetch('POST', '/api/v1/blog/posts', { body }))
    expect(written).toMatchObject({ 'db-trips': 1 })
    expect(written['db-rows-written']).toBeGreaterThan(0)
    const read = costOf(await manager.fetch('GET', '/api/v1/blog/posts'))
    expect(read).toMatchObject({ 'db-trips': 1, 'db-rows-written': 0 })
    expect(read['db-rows-read']).toBeGreaterThan(0)
    await world.anonymous.fetch('GET', '/api/v1/blog/posts')
    const warm = costOf(await world.anonymous.fetch('GET', '/api/v1/blog/posts'))
    expect(warm).toEqual({ 'db-trips': 0, 'db-rows-read': 0, 'db-rows-written': 0 })
  })
})

describe('a problem document', () => {
  it('says type, title, status, detail, instance and code, and is not kept by caches', async () => {
    const answer = await ask('/api/v1/blog/posts?limit=101&nonsense=1')
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const problem = await answer.json<{ type: string; errors: { pointer: string }[] }>()
    expect(problem).toMatchObject({ title: expect.any(String), status: 422, code: 'invalid_input' })
    expect(problem.errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/limit', '/nonsense'])
    const explained = await ask(problem.type)
    expect(await explained.json()).toMatchObject({ code: 'invalid_input', status: 422 })
  })

  it('challenges whoever is not signed in', async () => {
    const missing = await ask('/api/v1/tenant')
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    const wrong = await ask('/api/v1/tenant', { headers: { authorization: 'Bearer x' } })
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })
})

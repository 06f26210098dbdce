import { beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import { type World, createWorld } from '../../support/world.ts'

const POSTS = '/api/v1/blog/posts'

let world: World
let other: World
let ours: string
let theirs: string

/** Puts an origin on the tenant's list. */
async function allow(tenant: World): Promise<string> {
  const origin = `https://${tenant.slug}.example`
  const admin = await tenant.as('admin')
  await admin.json('PUT', '/api/v1/tenant/origins', { body: { origins: [origin] } })
  return origin
}

beforeAll(async () => {
  world = await createWorld()
  other = await createWorld()
  ours = await allow(world)
  theirs = await allow(other)
})

const send = (url: string, method: string, headers: Record<string, string>) =>
  serve(world.isolate, new Request(url, { method, headers }))

const get = (origin: string, path = POSTS, headers: Record<string, string> = {}) =>
  send(new URL(path, world.origin).href, 'GET', { origin, ...headers })

const preflight = (origin: string, url = new URL(POSTS, world.origin).href) =>
  send(url, 'OPTIONS', {
    origin,
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'authorization,content-type,if-match,idempotency-key',
  })

const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin')

describe('a page of an origin on the tenant’s list', () => {
  it('may read answers and the headers that it needs, also those to its cookies', async () => {
    const answer = await get(ours)
    expect(allowed(answer)).toBe(ours)
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/)
    const exposed = answer.headers.get('access-control-expose-headers') ?? ''
    expect(exposed.split(', ')).toEqual(
      expect.arrayContaining(['ETag', 'Location', 'Retry-After', 'X-Request-Id', 'RateLimit']),
    )
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
  })

  it('may read cached and unchanged answers', async () => {
    const first = await get(ours)
    expect(allowed(await get(ours))).toBe(ours)
    const spared = await get(ours, POSTS, { 'if-none-match': first.headers.get('etag') ?? '' })
    expect([spared.status, allowed(spared)]).toEqual([304, ours])
  })

  it.each([
    ['a missing post', `${POSTS}/01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11`, {}, 404],
    ['a missing token', '/api/v1/tenant', {}, 401],
    ['a token that is not valid', POSTS, { authorization: 'Bearer stale' }, 401],
    ['a tenant that is not there', POSTS, { 'x-tenant-id': 'nobody' }, 404],
    ['a path that is not there', '/api/v1/nothing', {}, 404],
  ])('may read the refusal of %s', async (_, path, headers, status) => {
    const answer = await get(ours, path, headers)
    expect([answer.status, allowed(answer)]).toEqual([status, ours])
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/)
  })

  it('may read what GraphQL refuses before it knows the tenant', async () => {
    const options = { body: { query: '{' }, headers: { origin: ours } }
    expect(allowed(await world.anonymous.fetch('POST', '/graphql', options))).toBe(ours)
  })

  it('may ask by preflight', async () => {
    const answer = await preflight(ours)
    expect([answer.status, await answer.text(), allowed(answer)]).toEqual([204, '', ours])
    expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH')
    expect(answer.headers.get('access-control-allow-headers')).toContain('if-match')
    expect(answer.headers.get('access-control-max-age')).toBe('600')
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  it('may ask by preflight at a host that does not tell the tenant', async () => {
    expect(allowed(await preflight(ours, `https://localhost${POSTS}`))).toBe(ours)
    expect(allowed(await preflight(theirs, `https://localhost${POSTS}`))).toBe(theirs)
  })
})

describe('any other page', () => {
  const strangers = [
    'null',
    'https://evil.example',
    '',
    '*',
    'https://localhost',
    'https://rustok.test',
  ]

  it.each(strangers)('of the origin “%s” is not let in', async (origin) => {
    expect(allowed(await get(origin))).toBeNull()
    expect(allowed(await get(origin, '/api/v1/nothing'))).toBeNull()
    const asked = await preflight(origin)
    expect(allowed(asked)).toBeNull()
    for (const refused of [await get(origin), asked])
      expect(refused.headers.has('access-control-allow-credentials')).toBe(false)
    expect(asked.headers.has('access-control-allow-methods')).toBe(false)
  })

  it('of an origin that looks like ours is not let in', async () => {
    const alike = [
      `${ours}.`,
      `${ours}.evil.example`,
      `${ours}:8443`,
      ours.replace('https', 'http'),
    ]
    for (const origin of alike) expect(allowed(await get(origin)), origin).toBeNull()
  })

  it('of another tenant’s origin is not let in where the tenant is known', async () => {
    expect(allowed(await get(theirs))).toBeNull()
    expect(allowed(await preflight(theirs))).toBeNull()
    const dotted = new URL(POSTS, `${world.origin}.`).href
    expect(allowed(await preflight(theirs, dotted))).toBeNull()
    expect(allowed(await send(dotted, 'GET', { origin: theirs }))).toBeNull()
    expect(allowed(await send(dotted, 'GET', { origin: ours }))).toBe(ours)
  })

  it('is not reflected by its headers', async () => {
    const answer = await send(new URL(POSTS, world.origin).href, 'OPTIONS', {
      origin: ours,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'x-evil: 1\u0009, <script>',
    })
    expect(answer.headers.has('access-control-allow-headers')).toBe(false)
  })
})

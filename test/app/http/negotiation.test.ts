import { beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { type Client, type World, createWorld } from '../../support/world.ts'

const POSTS = '/api/v1/blog/posts'

let world: World
let manager: Client
beforeAll(async () => {
  world = await createWorld()
  manager = await world.as('manager')
})

describe('Accept', () => {
  const get = (accept: string, path = POSTS) =>
    world.anonymous.fetch('GET', path, { headers: { accept } })

  it.each([
    'application/json',
    'application/*',
    '*/*',
    'text/html, application/json;q=0.1',
    'APPLICATION/JSON',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'application/json;charset=utf-8',
    '',
  ])('of “%s” gets JSON', async (accept) => {
    const answer = await get(accept)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
  })

  it.each([
    'text/html',
    'application/json;q=0',
    'application/json;q=0.000, */*',
    '*/*;q=0',
    'application/xml, text/*',
    'json',
  ])('of “%s” is refused with 406', async (accept) => {
    const answer = await get(accept)
    expect(answer.status).toBe(406)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ code: 'not_acceptable' })
  })

  it.each([
    ['application/xml, text/xml;q=0.9', ['feed.rss', 'feed.atom', 'sitemap.xml']],
    ['text/xml', ['feed.rss', 'feed.atom', 'sitemap.xml']],
    ['application/json', ['feed.json']],
    ['application/xml;q=0, application/*', ['feed.json']],
    ['application/rss+xml;q=0, application/xml', ['feed.atom', 'sitemap.xml']],
  ])('of “%s” gets those feeds that are of the format', async (accept, wanted) => {
    for (let times = 0; times < 2; times++) {
      const gotten: string[] = []
      for (const feed of ['feed.rss', 'feed.atom', 'feed.json', 'sitemap.xml'])
        if ((await get(accept, `/api/v1/blog/${feed}`)).status === 200) gotten.push(feed)
      expect(gotten).toEqual(wanted)
    }
  })

  it('is held against what the resource is, cached or not', async () => {
    const feed = '/api/v1/blog/feed.rss'
    for (let times = 0; times < 2; times++) {
      expect((await get('application/rss+xml', feed)).status).toBe(200)
      expect((await get('application/json', feed)).status).toBe(406)
    }
  })
})

describe('a route outside the modules', () => {
  it.each([
    '/health',
    '/health/live',
    '/health/ready',
    '/metrics',
    '/openapi.json',
    '/docs',
    '/problems/not_found',
  ])('%s has one representation, whatever Accept says', async (path) => {
    const plain = await world.anonymous.fetch('GET', path)
    const odd = await world.anonymous.fetch('GET', path, { headers: { accept: 'image/png' } })
    expect([odd.status, odd.headers.get('content-type')]).toEqual([
      plain.status,
      plain.headers.get('content-type'),
    ])
  })
})

describe('a body', () => {
  const bytes = (size: number) => {
    const [start, end] = ['{"title":"Long","body":"x","excerpt":"', '"}']
    return start + 'a'.repeat(size - start.length - end.length) + end
  }
  const post = (body: string, headers: Record<string, string> = {}) =>
    manager.fetch('POST', POSTS, { body, headers })

  it('may have as many bytes as the limit and not one more', async () => {
    // Neither is a post; what matters is who refuses it.
    expect((await post(bytes(limits.body.json))).status).toBe(422)
    const refused = await post(bytes(limits.body.json + 1))
    expect(refused.status).toBe(413)
    expect(await refused.json()).toMatchObject({
      code: 'content_too_large',
      detail: `The body is larger than ${limits.body.json} bytes.`,
    })
  })

  it.each([
    ['a resource', POSTS, {}],
    ['GraphQL', '/graphql', {}],
    ['GraphQL with an idempotency key', '/graphql', { 'idempotency-key': 'endless' }],
  ])('that never ends is read as far as the limit by %s', async (_, path, headers) => {
    const chunk = new TextEncoder().encode(' '.repeat(16_384))
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length
        if (sent > 10 * limits.body.json) throw new Error('too much is read')
        controller.enqueue(chunk)
      },
    })
    expect((await manager.fetch('POST', path, { body, headers })).status).toBe(413)
  })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'Application/JSON',
    'application/vnd.api+json',
  ])('may be declared as %s', async (type) => {
    expect((await post('{}', { 'content-type': type })).status).toBe(422)
  })

  it.each([
    'text/plain',
    'application/json; charset=latin1',
    'application/jsonp',
    'text/json',
    'multipart/form-data; boundary=x',
    'application/json, text/plain',
  ])('may not be declared as %s', async (type) => {
    const answer = await post('{}', { 'content-type': type })
    expect([answer.status, answer.headers.get('accept')]).toEqual([415, 'application/json'])
  })

  it('is refused when it is not UTF-8', async () => {
    const body = new Uint8Array([0x22, 0xff, 0x22])
    const answer = await manager.fetch('POST', POSTS, { body })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ detail: 'The body is not UTF-8.' })
  })
})

describe('a query', () => {
  it('may be as long as the limit and not longer', async () => {
    const of = (length: number) => `?titlePrefix=${'a'.repeat(length - '?titlePrefix='.length)}`
    const get = (query: string) => world.anonymous.fetch('GET', POSTS + query)
    expect((await get(of(limits.url.query))).status).not.toBe(400)
    expect((await get(of(limits.url.query + 1))).status).toBe(400)
  })

  it('may not name a parameter twice', async () => {
    const answer = await world.anonymous.fetch('GET', `${POSTS}?limit=1&limit=2`)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ detail: 'The parameter "limit" is given twice.' })
  })

  it.each([
    '1e2',
    '0x10',
    '+5',
    '05',
    '5.0',
    ' 5',
    '-1',
    '٥',
    'many',
    '',
    '0',
    '101',
    '9'.repeat(30),
  ])('has a whole number within its bounds, in decimal digits, and not “%s”', async (limit) => {
    const query = new URLSearchParams({ limit }).toString()
    const answer = await world.anonymous.fetch('GET', `${POSTS}?${query}`)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({
          pointer: '/limit',
          detail: 'must be a whole number from 1 to 100, in decimal digits',
        }),
      ]),
    })
  })

  it('may ask for as few and as many items as its bounds allow', async () => {
    for (const limit of [1, limits.page.max])
      expect((await world.anonymous.fetch('GET', `${POSTS}?limit=${limit}`)).status).toBe(200)
  })

  it('cannot bring half a surrogate pair', async () => {
    for (const half of ['%ED%A0%80', '\ud800'])
      expect(new URL(`${POSTS}?q=${half}`, world.origin).searchParams.get('q')).toMatch(/^\ufffd+$/)
  })

  it('is told all parameters that are not known, up to twenty', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `x${n}`)
    const query = names.map((name) => `${name}=1`).join('&')
    const answer = await world.anonymous.fetch('GET', `${POSTS}?${query}`)
    const problem = await answer.json<{ errors: unknown[] }>()
    expect(problem.errors).toEqual(
      names.slice(0, 20).map((name) => ({
        pointer: `/${name}`,
        detail: 'is not known',
        code: 'unrecognized_keys',
      })),
    )
  })
})

describe('a HEAD', () => {
  it('is answered as the GET is, without the body', async () => {
    for (const path of [POSTS, '/api/v1/blog/feed.atom', '/health', '/openapi.json']) {
      const get = await world.anonymous.fetch('GET', path)
      const head = await world.anonymous.fetch('HEAD', path)
      expect([head.status, await head.text()]).toEqual([get.status, ''])
      for (const name of ['content-type', 'etag', 'cache-control', 'vary'])
        expect(head.headers.get(name), `${path} ${name}`).toBe(get.headers.get(name))
    }
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import { createControl } from '../../modules/tenants/control.ts'
import { type Client, type World, createWorld } from '../../support/world.ts'

const TENANT = '/api/v1/tenant'
const POSTS = '/api/v1/blog/posts'

let world: World
let other: World
let admin: Client
beforeAll(async () => {
  world = await createWorld()
  other = await createWorld()
  admin = await world.as('admin')
  const writer = await world.as('manager')
  await writer.json('POST', POSTS, { body: { title: 'Ours', body: 'x', publish: true } })
})

const ask = (url: string, headers: Record<string, string> = {}, by = world) =>
  serve(by.isolate, new Request(url, { headers }))

/** The titles that a request gets to see, or the refusal's code. */
async function seen(answer: Response): Promise<string> {
  const body = await answer.json<{ code?: string; items?: { title: string }[] }>()
  return body.code ?? (body.items ?? []).map(({ title }) => title).join()
}

describe('the tenant of a request', () => {
  it('is named by the subdomain of a base domain, whatever the port and letter case', async () => {
    for (const host of [`${world.slug}.rustok.test`, `${world.slug}.localhost:8787`])
      expect(await seen(await ask(`http://${host}${POSTS}`)), host).toBe('Ours')
    expect(await seen(await ask(`https://${world.slug.toUpperCase()}.rustok.test${POSTS}`))).toBe(
      'Ours',
    )
  })

  it('is named by a host with the dot of the root, and by no more than one', async () => {
    for (const dotted of [`${world.slug}.rustok.test.`, `${world.slug}.localhost.:8787`])
      expect(await seen(await ask(`http://${dotted}${POSTS}`)), dotted).toBe('Ours')
    for (const host of [`${world.slug}.rustok.test..`, `${world.slug}..rustok.test`])
      expect(await seen(await ask(`https://${host}${POSTS}`)), host).toBe('tenant.not_found')
  })

  it('is named by the header, by slug or by id', async () => {
    for (const name of [world.slug, world.tenantId, ` ${world.slug.toUpperCase()} `])
      expect(await seen(await ask(`https://localhost${POSTS}`, { 'x-tenant-id': name }))).toBe(
        'Ours',
      )
    expect(
      await seen(await ask(`https://127.0.0.1:8787${POSTS}`, { 'x-tenant-id': world.slug })),
    ).toBe('Ours')
  })

  it('is named by the token alone', async () => {
    const answer = await ask(`https://localhost${TENANT}`, {
      authorization: `Bearer ${admin.token}`,
    })
    expect(await answer.json()).toMatchObject({ id: world.tenantId })
  })

  it('is named by a host that an operator has verified, and not before', async () => {
    const control = await createControl()
    const host = `shop.${world.slug}.example`
    await admin.json('POST', `${TENANT}/domains`, { body: { host } })
    expect(await seen(await ask(`https://${host}${POSTS}`))).toBe('tenant.not_found')
    await control.operator.json('POST', `/api/v1/tenants/${world.tenantId}/domains/${host}/verify`)
    const elsewhere = await createWorld()
    elsewhere.clock.advance(120_000)
    for (const named of [host, `${host}.`])
      expect(await seen(await ask(`https://${named}${POSTS}`, {}, elsewhere)), named).toBe('Ours')
  })

  it.each([
    ['none', 'https://localhost', {}],
    ['an address', 'https://127.0.0.1', {}],
    ['an IPv6 address', 'https://[::1]:8787', {}],
    ['an unknown subdomain', 'https://nobody.rustok.test', {}],
    ['a subdomain of a subdomain', 'https://a.b.rustok.test', {}],
    ['a subdomain that is no name', 'https://_x.rustok.test', {}],
    ['an unknown host', 'https://shop.example', {}],
    ['an unknown slug', 'https://localhost', { 'x-tenant-id': 'nobody' }],
    [
      'an unknown id',
      'https://localhost',
      { 'x-tenant-id': '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11' },
    ],
    ['a header that is no name', 'https://localhost', { 'x-tenant-id': '../etc' }],
  ])('is not found for %s', async (_, origin, headers) => {
    const answer = await ask(origin + POSTS, headers)
    expect([answer.status, await seen(answer)]).toEqual([404, 'tenant.not_found'])
  })
})

describe('names that disagree', () => {
  const token = () => ({ authorization: `Bearer ${admin.token}` })

  it('lead nowhere: subdomain and header', async () => {
    const answer = await ask(`${world.origin}${POSTS}`, { 'x-tenant-id': other.slug })
    expect(await seen(answer)).toBe('tenant.not_found')
  })

  it('lead nowhere: token and subdomain, also for open reads', async () => {
    for (const path of [TENANT, POSTS])
      expect(await seen(await ask(`${other.origin}${path}`, token()))).toBe('tenant.not_found')
  })

  it('lead nowhere: token or header and a subdomain with the dot of the root', async () => {
    const dotted = `https://${other.slug}.rustok.test.${POSTS}`
    for (const headers of [token(), { 'x-tenant-id': world.slug }])
      expect(await seen(await ask(dotted, headers))).toBe('tenant.not_found')
  })

  it('lead nowhere: token and header', async () => {
    const headers = { ...token(), 'x-tenant-id': other.slug }
    expect(await seen(await ask(`https://localhost${TENANT}`, headers))).toBe('tenant.not_found')
  })

  it('lead nowhere when one of them is unknown', async () => {
    const headers = { ...token(), 'x-tenant-id': 'nobody' }
    expect(await seen(await ask(`${world.origin}${TENANT}`, headers))).toBe('tenant.not_found')
  })

  it('are answered as a tenant is that never was, byte for byte', async () => {
    const headers = { 'x-request-id': 'same-request-id' }
    const foreign = await ask(`${other.origin}${TENANT}`, { ...headers, ...token() })
    const unknown = await ask(`https://nobody.rustok.test${TENANT}`, { ...headers, ...token() })
    expect(await foreign.text()).toBe(await unknown.text())
  })

  it('are told the ways to name a tenant, as nobody’s tenant and none are', async () => {
    const headers = { 'x-request-id': 'same-request-id' }
    const answers = [
      await ask(`https://localhost${POSTS}`, headers),
      await ask(`https://nobody.rustok.test${POSTS}`, headers),
      await ask(`${world.origin}${POSTS}`, { ...headers, 'x-tenant-id': other.slug }),
    ]
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    expect(new Set(texts).size).toBe(1)
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({
      detail:
        'A tenant is named by a verified host, a subdomain of the platform, the header x-tenant-id or an access token; all that do must agree.',
    })
    const own = await createWorld({ env: { SERVER_TENANT_HEADER: '' } })
    expect(await (await ask(`https://localhost${POSTS}`, {}, own)).text()).not.toContain('header')
  })

  it('lead somewhere when they agree', async () => {
    const headers = { ...token(), 'x-tenant-id': world.slug }
    expect((await ask(`${world.origin}${TENANT}`, headers)).status).toBe(200)
  })
})

describe('a forwarded host', () => {
  const forwarded = () => ({ 'x-forwarded-host': `${world.slug}.rustok.test` })
  const url = `https://localhost${POSTS}`

  it('is ignored unless it is configured, in every spelling', async () => {
    for (const name of ['x-forwarded-host', 'forwarded', 'x-host', 'x-original-host'])
      expect(await seen(await ask(url, { [name]: `${world.slug}.rustok.test` }))).toBe(
        'tenant.not_found',
      )
    expect(await seen(await ask(`${other.origin}${POSTS}`, forwarded()))).toBe('')
  })

  it('names the tenant where it is configured, and caches are told', async () => {
    const trusting = await createWorld({ env: { SERVER_TRUST_FORWARDED_HOST: 'true' } })
    const answer = await ask(url, forwarded(), trusting)
    expect(answer.headers.get('vary')).toContain('X-Forwarded-Host')
    expect(await seen(answer)).toBe('Ours')
    const dotted = { 'x-forwarded-host': `${world.slug}.rustok.test.:443` }
    expect(await seen(await ask(url, dotted, trusting))).toBe('Ours')
    const chain = { 'x-forwarded-host': `${world.slug}.rustok.test, proxy.example` }
    expect(await seen(await ask(url, chain, trusting))).toBe('Ours')
  })

  it('does not put its name into answers that others are given', async () => {
    const trusting = await createWorld({ env: { SERVER_TRUST_FORWARDED_HOST: 'true' } })
    const feed = async (host: string) => {
      const headers = { 'x-forwarded-host': host, 'x-tenant-id': world.slug }
      return (await ask('https://localhost/api/v1/blog/feed.json', headers, trusting)).text()
    }
    for (const host of [`${world.slug}.rustok.test`, `${world.slug}.localhost`])
      expect(await feed(host)).toContain(`https://${host}/`)
  })
})

describe('another header for the tenant', () => {
  it('replaces the usual one, and caches are told', async () => {
    const own = await createWorld({ env: { SERVER_TENANT_HEADER: 'x-site' } })
    const url = `https://localhost${POSTS}`
    const answer = await ask(url, { 'x-site': world.slug }, own)
    expect(answer.headers.get('vary')).toMatch(/\bx-site\b/)
    expect(await seen(answer)).toBe('Ours')
    expect(await seen(await ask(url, { 'x-tenant-id': world.slug }, own))).toBe('tenant.not_found')
  })

  it('may be none', async () => {
    const own = await createWorld({ env: { SERVER_TENANT_HEADER: '' } })
    const url = `https://localhost${POSTS}`
    expect(await seen(await ask(url, { 'x-tenant-id': world.slug }, own))).toBe('tenant.not_found')
  })
})

describe('a suspended tenant', () => {
  it('is told to everybody with 403, and its sign-in is shut too', async () => {
    const control = await createControl()
    const closing = await createWorld()
    const customer = await closing.as('customer')
    await control.operator.json('POST', `/api/v1/tenants/${closing.tenantId}/suspend`)
    closing.clock.advance(120_000)
    for (const answer of [
      await closing.anonymous.fetch('GET', POSTS),
      await customer.fetch('GET', '/api/v1/auth/me'),
      await closing.anonymous.fetch('POST', '/api/v1/auth/login', { body: {} }),
      await closing.anonymous.fetch('POST', '/graphql', {
        body: { query: '{ posts { nextCursor } }' },
      }),
    ]) {
      expect([answer.status, await seen(answer)]).toEqual([403, 'tenant.suspended'])
    }
  })
})

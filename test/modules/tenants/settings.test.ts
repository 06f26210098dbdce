import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { type Client, type World, createWorld } from '../../support/world.ts'

const base = '/api/v1/tenant'

async function administrator(): Promise<{ world: World; admin: Client }> {
  const world = await createWorld()
  return { world, admin: await world.as('admin') }
}

async function refusal(response: Response): Promise<string> {
  const { code } = await response.json<{ code: string }>()
  return `${response.status} ${code}`
}

describe('an administrator', () => {
  it('reads and changes the own tenant, and sees the change at once', async () => {
    const { world, admin } = await administrator()
    const before = await admin.fetch('GET', base)
    const { version } = await before.clone().json<{ version: number }>()
    const etag = before.headers.get('etag') ?? ''
    expect(etag.startsWith(`"${version}.`)).toBe(true)
    const changed = await admin.json('PATCH', base, {
      body: { name: 'Renamed' },
      headers: { 'if-match': etag },
    })
    expect(changed).toMatchObject({ id: world.tenantId, name: 'Renamed', version: version + 1 })
    expect(await admin.json('GET', base)).toEqual(changed)
    const stale = await admin.fetch('PATCH', base, {
      body: { name: 'Late' },
      headers: { 'if-match': etag },
    })
    expect(await refusal(stale)).toBe('412 precondition_failed')
  })

  it('writes in two round trips and reads in one', async () => {
    const { admin } = await administrator()
    const read = await admin.fetch('GET', base)
    const write = await admin.fetch('PUT', `${base}/locales/de`, { body: { fallback: 'en' } })
    expect(read.headers.get('server-timing')).toMatch(/db-trips;desc="1"/)
    expect(write.headers.get('server-timing')).toMatch(/db-trips;desc="2"/)
  })

  it('changes nothing as a manager, and a customer sees nothing', async () => {
    const { world } = await administrator()
    const [manager, customer] = [await world.as('manager'), await world.as('customer')]
    expect((await manager.fetch('GET', base)).status).toBe(200)
    expect((await manager.fetch('PUT', `${base}/locales/de`, { body: {} })).status).toBe(403)
    expect((await customer.fetch('GET', base)).status).toBe(403)
    expect((await world.anonymous.fetch('GET', base)).status).toBe(401)
  })

  it('whose isolate has an old snapshot is served with the new one', async () => {
    const { world, admin } = await administrator()
    await admin.json('GET', base)
    const elsewhere = await createWorld()
    const deps = elsewhere.deps()
    await deps.db.write(
      [
        {
          sql: "UPDATE tenants SET version = version + 1, name = 'Elsewhere' WHERE id = ?1",
          params: [world.tenantId],
        },
      ],
      '',
    )
    expect(await admin.json('GET', base)).toMatchObject({ name: 'Elsewhere' })
    expect(await admin.json('PUT', `${base}/locales/fr`, { body: {} })).toMatchObject({
      code: 'fr',
    })
  })
})

describe('locales', () => {
  it('have fallbacks that lead to the default in the end', async () => {
    const { admin } = await administrator()
    await admin.json('PUT', `${base}/locales/de`, { body: { fallback: 'en' } })
    await admin.json('PUT', `${base}/locales/de-AT`, { body: { fallback: 'de' } })
    expect(await admin.json('GET', `${base}/locales`)).toEqual({
      items: [
        { code: 'de', fallback: 'en', isDefault: false },
        { code: 'de-AT', fallback: 'de', isDefault: false },
        { code: 'en', fallback: null, isDefault: true },
      ],
      nextCursor: null,
    })
  })

  it('can be the default once they are there', async () => {
    const { admin } = await administrator()
    await admin.json('PUT', `${base}/locales/de`, { body: {} })
    const headers = { 'if-match': '*' }
    await admin.json('PATCH', base, { body: { defaultLocale: 'de' }, headers })
    await admin.json('DELETE', `${base}/locales/en`)
    expect(await admin.json('GET', `${base}/locales`)).toMatchObject({
      items: [{ code: 'de', isDefault: true }],
    })
  })

  it('are refused when their fallbacks would not end', async () => {
    const { admin } = await administrator()
    await admin.json('PUT', `${base}/locales/de`, { body: { fallback: 'en' } })
    const put = async (locale: string, fallback: string) =>
      refusal(await admin.fetch('PUT', `${base}/locales/${locale}`, { body: { fallback } }))
    expect(await put('en', 'de')).toBe('422 tenants.fallback_cycle')
    expect(await put('de', 'de')).toBe('422 tenants.fallback_cycle')
    expect(await put('fr', 'it')).toBe('422 tenants.locale_unknown')
  })

  it('cannot be removed while they are the default or a fallback', async () => {
    const { admin } = await administrator()
    await admin.json('PUT', `${base}/locales/de`, { body: {} })
    await admin.json('PUT', `${base}/locales/de-AT`, { body: { fallback: 'de' } })
    const remove = async (locale: string) =>
      refusal(await admin.fetch('DELETE', `${base}/locales/${locale}`))
    expect(await remove('en')).toBe('409 tenants.locale_in_use')
    expect(await remove('de')).toBe('409 tenants.locale_in_use')
    expect(await remove('fr')).toBe('404 not_found')
    expect((await admin.fetch('DELETE', `${base}/locales/de-AT`)).status).toBe(204)
  })

  it('are language tags, which letter case does not tell apart', async () => {
    const { admin } = await administrator()
    const body = { fallback: 'EN' }
    expect(await admin.json('PUT', `${base}/locales/PT-br`, { body })).toMatchObject({
      code: 'pt-BR',
      fallback: 'en',
    })
    await admin.json('PUT', `${base}/locales/zh-hANT-tw`, { body: {} })
    await admin.json('PUT', `${base}/locales/pt-BR`, { body: {} })
    expect(await admin.json('GET', `${base}/locales`)).toMatchObject({
      items: [{ code: 'en' }, { code: 'pt-BR', fallback: null }, { code: 'zh-Hant-TW' }],
    })
    const patched = { body: { defaultLocale: 'pt-br' }, headers: { 'if-match': '*' } }
    expect(await admin.json('PATCH', base, patched)).toMatchObject({ defaultLocale: 'pt-BR' })
    expect((await admin.fetch('DELETE', `${base}/locales/ZH-HANT-TW`)).status).toBe(204)
  })

  it('that are no language tags are not found', async () => {
    const { admin } = await administrator()
    expect((await admin.fetch('PUT', `${base}/locales/English`, { body: {} })).status).toBe(404)
  })
})

describe('domains', () => {
  it('are refused when they belong to the platform, twice, or are no names', async () => {
    const { admin } = await administrator()
    const add = async (host: string) =>
      refusal(await admin.fetch('POST', `${base}/domains`, { body: { host } }))
    expect(await add('victim.rustok.test')).toBe('422 tenants.host_reserved')
    expect(await add('rustok.test')).toBe('422 tenants.host_reserved')
    for (const host of ['localhost', '127.0.0.1', 'a b.com', 'a.com:80', 'https://a.com', '']) {
      expect(await add(host)).toBe('422 invalid_input')
    }
    await admin.json('POST', `${base}/domains`, { body: { host: 'Shop.Example.com' } })
    expect(await add('shop.example.com')).toBe('409 tenants.host_exists')
  })

  it('are as many as the limit says, listed by name page by page', async () => {
    const { admin } = await administrator()
    const hosts = Array.from(
      { length: limits.tenant.domains },
      (_, index) => `h${String(index).padStart(2, '0')}.example.com`,
    )
    for (const host of hosts) await admin.json('POST', `${base}/domains`, { body: { host } })
    const late = await admin.fetch('POST', `${base}/domains`, {
      body: { host: 'one-more.example.com' },
    })
    expect(await refusal(late)).toBe('422 tenants.too_many_domains')
    type Page = { items: { host: string }[]; nextCursor: string | null }
    const first = await admin.json<Page>('GET', `${base}/domains?limit=15`)
    const second = await admin.json<Page>(
      'GET',
      `${base}/domains?limit=15&cursor=${first.nextCursor}`,
    )
    expect([...first.items, ...second.items].map(({ host }) => host)).toEqual(hosts)
    expect(second.nextCursor).toBeNull()
  })
})

describe('browser origins', () => {
  it('may call the API once they are on the list', async () => {
    const { world, admin } = await administrator()
    const origin = `https://${world.slug}.example.com`
    const preflight = () =>
      world.anonymous.fetch('OPTIONS', `${base}`, {
        headers: { origin, 'access-control-request-method': 'GET' },
      })
    expect((await preflight()).headers.get('access-control-allow-origin')).toBeNull()
    const body = { origins: [origin, origin, 'http://localhost:3000'] }
    expect(await admin.json('PUT', `${base}/origins`, { body })).toEqual({
      origins: ['http://localhost:3000', origin],
    })
    expect((await preflight()).headers.get('access-control-allow-origin')).toBe(origin)
    await admin.json('PUT', `${base}/origins`, { body: { origins: [] } })
    expect(await admin.json('GET', `${base}/origins`)).toEqual({ origins: [] })
    expect((await preflight()).headers.get('access-control-allow-origin')).toBeNull()
  })

  it.each(['*', 'null', 'http://example.com', 'https://example.com/', 'https://*.example.com'])(
    'are never %s',
    async (origin) => {
      const { admin } = await administrator()
      const response = await admin.fetch('PUT', `${base}/origins`, { body: { origins: [origin] } })
      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({ errors: [{ pointer: '/origins/0' }] })
    },
  )
})

describe('modules', () => {
  it('are listed with their settings and the schema of these', async () => {
    const { admin } = await administrator()
    const { items } = await admin.json<{ items: Record<string, unknown>[] }>(
      'GET',
      `${base}/modules`,
    )
    expect(items.find((item) => item['slug'] === 'tenants')).toMatchObject({
      kind: 'core',
      enabled: true,
    })
    expect(items.find((item) => item['slug'] === 'blog')).toMatchObject({
      kind: 'optional',
      enabled: true,
    })
  })

  it('that are switched off are gone until they are switched on', async () => {
    const { admin } = await administrator()
    expect((await admin.fetch('GET', '/api/v1/blog/posts')).status).toBe(200)
    expect(await admin.json('POST', `${base}/modules/blog/disable`)).toMatchObject({
      enabled: false,
    })
    expect((await admin.fetch('GET', '/api/v1/blog/posts')).status).toBe(404)
    expect(await admin.json('POST', `${base}/modules/blog/enable`)).toMatchObject({ enabled: true })
    expect((await admin.fetch('GET', '/api/v1/blog/posts')).status).toBe(200)
  })

  it('that are core stay on, and unknown ones are not there', async () => {
    const { admin } = await administrator()
    const disable = async (module: string) =>
      refusal(await admin.fetch('POST', `${base}/modules/${module}/disable`))
    expect(await disable('auth')).toBe('409 tenants.module_core')
    expect(await disable('nothing')).toBe('404 tenants.module_unknown')
  })

  it('tell their switching by one event, and none when nothing changes', async () => {
    const { world, admin } = await administrator()
    await admin.json('POST', `${base}/modules/blog/enable`)
    await admin.json('POST', `${base}/modules/blog/disable`)
    await admin.json('POST', `${base}/modules/blog/disable`)
    const events = await world.deps().db.read({
      sql: "SELECT type FROM outbox WHERE tenant_id = ?1 AND type LIKE 'tenants.module.%'",
      params: [world.tenantId],
    })
    expect(events).toEqual([{ type: 'tenants.module.disabled' }])
  })
})

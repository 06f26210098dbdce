import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, type World, createWorld } from '../../support/world.ts'

interface Tenant {
  readonly id: string
  readonly slug: string
  readonly status: string
  readonly version: number
  readonly name: string
}

let control: World
let operator: Client

beforeAll(async () => {
  control = await createWorld({ isControl: true })
  operator = await control.as('super_admin')
})

let number = 0
const newSlug = () => `${control.slug}-${(number += 1)}`

const create = (body: Record<string, unknown> = {}) =>
  operator.json<Tenant>('POST', '/api/v1/tenants', {
    body: { slug: newSlug(), name: 'Acme', ...body },
  })

async function problem(
  response: Response,
): Promise<{ status: number; code: string; pointers: string[] }> {
  const body = await response.json<{ code: string; errors?: { pointer: string }[] }>()
  return {
    status: response.status,
    code: body.code,
    pointers: (body.errors ?? []).map(({ pointer }) => pointer),
  }
}

const rows = async (sql: string, ...params: string[]) =>
  control.deps().db.read<Record<string, unknown>>({ sql, params })

describe('creating a tenant', () => {
  it('answers 201 with its place, and the tenant can be read there', async () => {
    const slug = newSlug()
    const response = await operator.fetch('POST', '/api/v1/tenants', {
      body: { slug, name: ' Acme ' },
    })
    expect(response.status).toBe(201)
    const tenant = await response.json<Tenant>()
    expect(tenant).toMatchObject({
      slug,
      name: 'Acme',
      status: 'active',
      version: 1,
      isControl: false,
    })
    expect(response.headers.get('location')).toBe(`/api/v1/tenants/${tenant.id}`)
    expect(await operator.json('GET', `/api/v1/tenants/${tenant.id}`)).toEqual(tenant)
  })

  it('gives it the four seeded roles, of which none reaches further than the manifests say', async () => {
    const { id } = await create()
    const tenant = await control.deps().tenants.find({ kind: 'id', value: id })
    expect(Object.keys(tenant?.roles ?? {}).sort()).toEqual([
      'admin',
      'customer',
      'manager',
      'super_admin',
    ])
    expect(tenant?.roles['admin']).toContain('settings:update')
    expect(tenant?.roles['admin']).not.toContain('tenants:create')
    expect(tenant?.roles['super_admin']).toContain('tenants:create')
  })

  it('takes two round trips', async () => {
    const body = { slug: newSlug(), name: 'Acme' }
    const response = await operator.fetch('POST', '/api/v1/tenants', { body })
    expect(response.status).toBe(201)
    expect(response.headers.get('server-timing')).toMatch(/db-trips;desc="2"/)
  })

  it.each(['', '-a', 'a.b', 'x'.repeat(64), '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'])(
    'refuses the slug %j and says where',
    async (slug) => {
      const response = await operator.fetch('POST', '/api/v1/tenants', {
        body: { slug, name: 'Acme' },
      })
      expect(await problem(response)).toEqual({
        status: 422,
        code: 'invalid_input',
        pointers: ['/slug'],
      })
    },
  )

  it('refuses a reserved slug, in capitals too', async () => {
    const response = await operator.fetch('POST', '/api/v1/tenants', {
      body: { slug: 'ADMIN', name: 'x' },
    })
    expect(await problem(response)).toEqual({
      status: 422,
      code: 'tenants.slug_reserved',
      pointers: ['/slug'],
    })
  })

  it('refuses a slug that is taken', async () => {
    const { slug } = await create()
    const response = await operator.fetch('POST', '/api/v1/tenants', { body: { slug, name: 'x' } })
    expect(await problem(response)).toMatchObject({ status: 409, code: 'tenants.slug_taken' })
  })

  it('lets one of many callers at once have a slug', async () => {
    const body = { slug: newSlug(), name: 'x' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => operator.fetch('POST', '/api/v1/tenants', { body })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 409),
    ])
  })

  it('answers the same again to the same idempotency key, and makes one tenant', async () => {
    const headers = { 'idempotency-key': newSlug() }
    const body = { slug: newSlug(), name: 'x' }
    const first = await operator.fetch('POST', '/api/v1/tenants', { body, headers })
    const again = await operator.fetch('POST', '/api/v1/tenants', { body, headers })
    expect([first.status, again.status]).toEqual([201, 201])
    expect(await again.text()).toBe(await first.text())
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })

  it('never makes a control tenant, whatever the body says', async () => {
    const body = { slug: newSlug(), name: 'x', isControl: true }
    const response = await operator.fetch('POST', '/api/v1/tenants', { body })
    expect(await problem(response)).toMatchObject({ status: 422, pointers: ['/isControl'] })
  })

  it('refuses modules that are not optional ones', async () => {
    const body = { slug: newSlug(), name: 'x', modules: ['auth'] }
    const response = await operator.fetch('POST', '/api/v1/tenants', { body })
    expect(await problem(response)).toMatchObject({ status: 422, pointers: ['/modules/0'] })
  })

  it('works by the task too', async () => {
    const slug = newSlug()
    const body = { slug, name: 'By task' }
    expect(await operator.json('POST', '/api/v1/tenants/tasks/create', { body })).toMatchObject({
      slug,
    })
  })
})

describe('the list of tenants', () => {
  it('gives each tenant once, newest first, page by page', async () => {
    const created = [await create(), await create(), await create()].map(({ id }) => id).reverse()
    const seen: string[] = []
    let path = '/api/v1/tenants?limit=2'
    while (seen.length < created.length) {
      const page = await operator.json<{ items: Tenant[]; nextCursor: string | null }>('GET', path)
      seen.push(...page.items.map(({ id }) => id))
      if (page.nextCursor === null) break
      path = `/api/v1/tenants?limit=2&cursor=${page.nextCursor}`
    }
    expect(seen.slice(0, 3)).toEqual(created)
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('can be cut down to a status; its cursor is of no use for another', async () => {
    const ids = [await create(), await create()].map(({ id }) => id)
    for (const id of ids) await operator.json('POST', `/api/v1/tenants/${id}/suspend`)
    const path = '/api/v1/tenants?limit=1&status=suspended'
    const page = await operator.json<{ items: Tenant[]; nextCursor: string }>('GET', path)
    expect(page.items.map(({ id }) => id)).toEqual([ids[1]])
    const foreign = await operator.fetch('GET', `/api/v1/tenants?limit=1&cursor=${page.nextCursor}`)
    expect(await problem(foreign)).toMatchObject({ status: 422, pointers: ['/cursor'] })
  })
})

describe('changing a tenant', () => {
  it('needs the version, gives a new one and refuses the old one', async () => {
    const { id } = await create()
    const path = `/api/v1/tenants/${id}`
    const body = { name: 'New', settings: { timeZone: 'Europe/Berlin' } }
    expect((await operator.fetch('PATCH', path, { body })).status).toBe(428)
    const headers = { 'if-match': '"1"' }
    expect(await operator.json('PATCH', path, { body, headers })).toMatchObject({
      name: 'New',
      version: 2,
      settings: { timeZone: 'Europe/Berlin', description: '' },
    })
    expect(await problem(await operator.fetch('PATCH', path, { body, headers }))).toMatchObject({
      status: 412,
      code: 'precondition_failed',
    })
  })

  it('lets one of twenty writers with one version through', async () => {
    const { id } = await create()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        operator.fetch('PATCH', `/api/v1/tenants/${id}`, {
          body: { name: `Name ${index}` },
          headers: { 'if-match': '"1"' },
        }),
      ),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 412)])
    expect(await operator.json('GET', `/api/v1/tenants/${id}`)).toMatchObject({ version: 2 })
  })

  it.each([
    ['an unknown setting', { settings: { colour: 'red' } }, '/settings/colour'],
    ['a refused setting', { settings: { timeZone: 'Mars/Olympus' } }, '/settings/timeZone'],
    ['a locale that it lacks', { defaultLocale: 'fr' }, '/defaultLocale'],
    ['a field that is not its to change', { slug: 'other' }, '/slug'],
  ])('refuses %s and says where', async (_, body, pointer) => {
    const { id } = await create()
    const headers = { 'if-match': '*' }
    const response = await operator.fetch('PATCH', `/api/v1/tenants/${id}`, { body, headers })
    expect(await problem(response)).toMatchObject({ status: 422, pointers: [pointer] })
    expect(await operator.json('GET', `/api/v1/tenants/${id}`)).toMatchObject({ version: 1 })
  })

  it('takes a setting back to its default by null', async () => {
    const { id } = await create()
    const path = `/api/v1/tenants/${id}`
    const headers = { 'if-match': '*' }
    await operator.json('PATCH', path, { body: { settings: { timeZone: 'Asia/Tokyo' } }, headers })
    expect(
      await operator.json('PATCH', path, { body: { settings: { timeZone: null } }, headers }),
    ).toMatchObject({
      settings: { timeZone: 'UTC' },
    })
  })
})

describe('the life of a tenant', () => {
  it('stops its callers when it is suspended and lets them in again', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    expect((await admin.fetch('GET', '/api/v1/tenant')).status).toBe(200)
    await operator.json('POST', `/api/v1/tenants/${world.tenantId}/suspend`)
    expect(await problem(await admin.fetch('GET', '/api/v1/tenant'))).toMatchObject({ status: 403 })
    await operator.json('POST', `/api/v1/tenants/${world.tenantId}/activate`)
    world.clock.advance(70_000)
    expect((await admin.fetch('GET', '/api/v1/tenant')).status).toBe(200)
  })

  it('ends for its callers, and for changes, when its deletion is requested', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const path = `/api/v1/tenants/${world.tenantId}`
    const response = await operator.fetch('DELETE', path)
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({
      status: 'deleting',
      deletionRequestedAt: expect.any(String),
    })
    expect((await admin.fetch('GET', '/api/v1/tenant')).status).toBe(404)
    for (const [method, rest] of [
      ['POST', '/activate'],
      ['POST', '/suspend'],
      ['DELETE', ''],
    ] as const) {
      expect(await problem(await operator.fetch(method, `${path}${rest}`))).toMatchObject({
        status: 409,
        code: 'tenants.status_refused',
      })
    }
  })

  it('cannot be ended for the control tenant', async () => {
    for (const [method, rest] of [
      ['POST', '/suspend'],
      ['DELETE', ''],
    ] as const) {
      expect(
        await problem(await operator.fetch(method, `/api/v1/tenants/${control.tenantId}${rest}`)),
      ).toMatchObject({
        status: 409,
        code: 'tenants.control_protected',
      })
    }
  })

  it('answers the same again to the same idempotency key', async () => {
    const { id } = await create()
    const headers = { 'idempotency-key': newSlug() }
    const first = await operator.fetch('POST', `/api/v1/tenants/${id}/suspend`, { headers })
    const again = await operator.fetch('POST', `/api/v1/tenants/${id}/suspend`, { headers })
    expect([first.status, again.status]).toEqual([200, 200])
    expect(await again.text()).toBe(await first.text())
  })

  it('is told as events of the tenant itself, numbered without gaps, and as audit entries', async () => {
    const { id } = await create()
    const path = `/api/v1/tenants/${id}`
    await operator.json('POST', `${path}/suspend`)
    await operator.json('POST', `${path}/activate`)
    await operator.json('PATCH', path, { body: { name: 'New' }, headers: { 'if-match': '"3"' } })
    await operator.json('DELETE', path)
    const types = ['created', 'suspended', 'activated', 'updated', 'deletion_requested'].map(
      (verb) => `tenants.tenant.${verb}`,
    )
    const events = await rows(
      'SELECT type, aggregate_id, aggregate_version FROM outbox WHERE tenant_id = ?1 ORDER BY seq',
      id,
    )
    expect(events).toEqual(
      types.map((type, index) => ({ type, aggregate_id: id, aggregate_version: index + 1 })),
    )
    const entries = await rows(
      'SELECT action, actor_id, changes FROM audit_log WHERE tenant_id = ?1 ORDER BY id',
      id,
    )
    expect(entries.map(({ action }) => action)).toEqual(types)
    for (const entry of entries) {
      expect(entry['actor_id']).toBe(operator.userId)
      expect(JSON.parse(String(entry['changes']))).toMatchObject({
        actorTenantId: control.tenantId,
      })
    }
  })
})

describe('verifying a host', () => {
  it('makes the host lead to its tenant', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const host = `${world.slug}.example.com`
    const atHost = () => admin.fetch('GET', `https://${host}/api/v1/tenant`)
    const claimed = await admin.json('POST', '/api/v1/tenant/domains', { body: { host } })
    expect(claimed).toMatchObject({
      host,
      verifiedAt: null,
      verificationToken: expect.stringMatching(/^[\w-]{32}$/),
    })
    const anonymous = () => world.anonymous.fetch('GET', `https://${host}/api/v1/tenant`)
    expect((await anonymous()).status).toBe(404)

    const path = `/api/v1/tenants/${world.tenantId}/domains`
    expect(await operator.json('GET', path)).toMatchObject({ items: [claimed], nextCursor: null })
    expect(await operator.json('POST', `${path}/${host}/verify`)).toMatchObject({
      verifiedAt: expect.any(String),
    })
    world.clock.advance(70_000)
    expect((await anonymous()).status).toBe(401)
    expect((await atHost()).status).toBe(200)

    await admin.json('DELETE', `/api/v1/tenant/domains/${host}`)
    expect((await anonymous()).status).toBe(404)
  })

  it('lets the first tenant whose claim is verified have it', async () => {
    const [one, other] = [await createWorld(), await createWorld()]
    const host = `shared-${one.slug}.example.com`
    for (const world of [one, other]) {
      await (await world.as('admin')).json('POST', '/api/v1/tenant/domains', { body: { host } })
    }
    await operator.json('POST', `/api/v1/tenants/${one.tenantId}/domains/${host}/verify`)
    const late = await operator.fetch(
      'POST',
      `/api/v1/tenants/${other.tenantId}/domains/${host}/verify`,
    )
    expect(await problem(late)).toMatchObject({ status: 409, code: 'tenants.host_taken' })
  })

  it('needs a claim', async () => {
    const { id } = await create()
    const response = await operator.fetch(
      'POST',
      `/api/v1/tenants/${id}/domains/a.example.com/verify`,
    )
    expect(response.status).toBe(404)
  })
})

describe('everybody else', () => {
  it('finds nothing under /tenants, not even the administrators of other tenants', async () => {
    const world = await createWorld()
    const admin = await world.as('super_admin')
    const paths = [
      '/api/v1/tenants',
      `/api/v1/tenants/${world.tenantId}`,
      `/api/v1/tenants/${control.tenantId}`,
    ]
    for (const path of paths) expect((await admin.fetch('GET', path)).status).toBe(404)
    const body = { slug: newSlug(), name: 'x' }
    expect((await admin.fetch('POST', '/api/v1/tenants', { body })).status).toBe(404)
    expect((await admin.fetch('DELETE', `/api/v1/tenants/${world.tenantId}`)).status).toBe(404)
  })

  it('of the control tenant is refused without the permission', async () => {
    const admin = await control.as('admin')
    expect((await admin.fetch('GET', '/api/v1/tenants')).status).toBe(403)
    expect((await control.anonymous.fetch('GET', '/api/v1/tenants')).status).toBe(401)
  })

  it('is told the same of a tenant that never was', async () => {
    const response = await operator.fetch(
      'GET',
      '/api/v1/tenants/01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
    )
    expect(response.status).toBe(404)
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import type { Client, World } from '../../support/world.ts'
import { type Control, type Tenant, createNewestControl, problem } from './control.ts'

let control: World
let operator: Client
let newSlug: Control['fresh']
let create: Control['create']

beforeAll(async () => {
  const made = await createNewestControl()
  control = made.world
  operator = made.operator
  newSlug = made.fresh
  create = made.create
})

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

  it('makes it known at once where it was asked for in vain before', async () => {
    const slug = newSlug()
    const find = () => control.deps().tenants.find({ kind: 'slug', value: slug })
    expect(await find()).toBeUndefined()
    const { id } = await create({ slug })
    expect((await find())?.id).toBe(id)
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
    expect(tenant?.roles['admin']).toHaveProperty('settings:update')
    expect(tenant?.roles['admin']).not.toHaveProperty('tenants:create')
    expect(tenant?.roles['super_admin']).toHaveProperty('tenants:create')
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
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
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
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
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

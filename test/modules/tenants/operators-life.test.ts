import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, type World, createWorld } from '../../support/world.ts'
import { type Control, createControl, problem } from './control.ts'

let control: World
let operator: Client
let newSlug: Control['fresh']
let create: Control['create']

beforeAll(async () => {
  const made = await createControl()
  control = made.world
  operator = made.operator
  newSlug = made.fresh
  create = made.create
})

const any = { 'if-match': '*' }

const rows = async (sql: string, ...params: string[]) =>
  control.deps().db.read<Record<string, unknown>>({ sql, params })

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
    const response = await operator.fetch('DELETE', path, { headers: any })
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({
      status: 'deleting',
      deletionRequestedAt: expect.any(String),
    })
    expect((await admin.fetch('GET', '/api/v1/tenant')).status).toBe(404)
    for (const [method, rest, options] of [
      ['POST', '/activate', {}],
      ['POST', '/suspend', {}],
      ['DELETE', '', { headers: any }],
      ['PATCH', '', { body: { name: 'New' }, headers: any }],
    ] as const) {
      expect(await problem(await operator.fetch(method, `${path}${rest}`, options))).toMatchObject({
        status: 409,
        code: 'tenants.status_refused',
      })
    }
  })

  it('is ended, stopped and resumed only as its operator has seen it', async () => {
    const { id, version } = await create()
    const path = `/api/v1/tenants/${id}`
    expect(await problem(await operator.fetch('DELETE', path))).toMatchObject({
      status: 428,
      code: 'precondition_required',
    })
    const stale = { headers: { 'if-match': `"${version + 1}"` } }
    for (const [method, rest] of [
      ['DELETE', ''],
      ['POST', '/suspend'],
    ] as const)
      expect((await operator.fetch(method, `${path}${rest}`, stale)).status).toBe(412)
    const etag = (await operator.fetch('GET', path)).headers.get('etag') ?? ''
    const ended = await operator.fetch('DELETE', path, { headers: { 'if-match': etag } })
    expect(ended.status).toBe(202)
    const restored = await operator.fetch('POST', `${path}/restore`, {
      headers: { 'if-match': ended.headers.get('etag') ?? '' },
    })
    expect(await restored.json()).toMatchObject({ status: 'suspended', version: version + 2 })
  })

  it('cannot be ended for the control tenant', async () => {
    for (const [method, rest] of [
      ['POST', '/suspend'],
      ['DELETE', ''],
    ] as const) {
      expect(
        await problem(
          await operator.fetch(method, `/api/v1/tenants/${control.tenantId}${rest}`, {
            headers: any,
          }),
        ),
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
    await operator.json('DELETE', path, { headers: any })
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

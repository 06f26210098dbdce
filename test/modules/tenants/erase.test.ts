import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { systemContext } from '../../../src/kernel/context.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { tenantTables } from '../../../src/modules/commit/index.ts'
import { type FaultyDriver, createFaultyDriver, onCall } from '../../support/faulty-driver.ts'
import { images } from '../../support/images.ts'
import { endControl } from '../../support/no-control.ts'
import { type World, createWorld } from '../../support/world.ts'
import { contentsOf, tablesOfDatabase } from '../../suites/support/database.ts'
import { createHouse, makePost } from '../../suites/support/house.ts'
import { upload } from '../media/support.ts'
import { type Control, createControl, problem } from './control.ts'
import {
  cachedUnder,
  endsOf,
  fillHouse,
  objectsOf,
  ownedTables,
  sendLarge,
  tablesWith,
} from './erasure-support.ts'

const DAY = 86_400_000
const TASK = '/api/v1/tenants/tasks/erase'

/** What a run answers. */
interface Answer {
  readonly erased: readonly {
    readonly tenantId: string
    readonly rows: number
    readonly isDone: boolean
  }[]
}

const erase = ({ operator }: Pick<Control, 'operator'>, body: Record<string, unknown>) =>
  operator.json<Answer>('POST', TASK, { body })

const requestDeletion = ({ operator }: Pick<Control, 'operator'>, tenantId: string) =>
  operator.json('DELETE', `/api/v1/tenants/${tenantId}`, { headers: { 'if-match': '*' } })

/** A tenant with a user, a session, a post and an object. */
async function smallWorld(): Promise<World> {
  const world = await createWorld()
  const admin = await world.as('admin')
  await admin.json('POST', '/api/v1/blog/posts', { body: { title: 'Post', body: world.slug } })
  await env.FILES.put(`${world.tenantId}/events/one.json`, world.slug)
  return world
}

describe('the tables that an erasure takes', () => {
  it('are all that hold rows of tenants, each before those that it refers to', async () => {
    const { world } = await createControl()
    const tables = await tenantTables(world.deps())
    const names = tables.map(({ name }) => name)
    expect(names.toSorted()).toEqual((await ownedTables()).toSorted())
    expect(tables.filter(({ key }) => key.length === 0)).toEqual([])
    for (const { name, foreignKeys } of await tablesOfDatabase()) {
      for (const { table } of foreignKeys) {
        if (table === 'tenants' || table === name) continue
        expect(names.indexOf(name), `${name} before ${table}`).toBeLessThan(names.indexOf(table))
      }
    }
  })

  it('that refer to themselves fit into one page', async () => {
    const tables = await tablesOfDatabase()
    const own = tables.filter(({ name, foreignKeys }) => foreignKeys.some((k) => k.table === name))
    expect(own.map(({ name }) => name)).toEqual([
      'blog_categories',
      'media_folders',
      'tenant_locales',
    ])
    expect(limits.blog.categories).toBeLessThanOrEqual(limits.erasure.page)
    expect(limits.media.folders).toBeLessThanOrEqual(limits.erasure.page)
    expect(limits.tenant.locales).toBeLessThanOrEqual(limits.erasure.page)
  })
})

describe('T10: the erasure of a tenant', () => {
  it('leaves no row, object and cached key of it, and all of another tenant', async () => {
    const house = await createHouse()
    const { home } = house
    const { id: assetId } = await upload(home, images.jpeg)
    await makePost(house, { translated: true, body: { tags: ['one'], cover: { assetId } } })
    await fillHouse(house)
    await sendLarge(home)
    const admin = await home.as('admin')
    await admin.json('POST', '/api/v1/blog/authors', {
      body: { name: home.slug },
      headers: { 'idempotency-key': 'once' },
    })
    const host = `${home.slug}.example.com`
    await admin.json('POST', '/api/v1/tenant/domains', { body: { host } })
    const control = { world: house.control, operator: await house.operator() }
    const path = `/api/v1/tenants/${home.tenantId}`
    await control.operator.json('POST', `${path}/domains/${host}/verify`)
    await home.anonymous.fetch('GET', `https://${host}/api/v1/blog/posts`)
    const other = await smallWorld()
    await other.deps().tenants.refresh(other.tenantId)
    const before = await contentsOf([other.tenantId])
    const filled = await tablesWith(home.tenantId)
    const empty = (await ownedTables()).filter((name) => !filled.includes(name))
    // The heartbeat is the deployment's own.
    expect(empty).toEqual(['heartbeats'])
    expect((await objectsOf(home.tenantId)).length).toBeGreaterThan(0)
    expect((await cachedUnder(home.slug)).length).toBeGreaterThan(1)

    await requestDeletion(control, home.tenantId)
    const { erased } = await erase(control, { target: home.slug, now: true })
    expect(erased).toEqual([{ tenantId: home.tenantId, rows: expect.any(Number), isDone: true }])

    expect(await tablesWith(home.slug)).toEqual([])
    expect(await tablesWith(home.tenantId)).toEqual(['audit_log', 'jobs', 'outbox'])
    expect(await objectsOf(home.tenantId)).toEqual([])
    expect(await cachedUnder(home.slug, home.tenantId, host)).toEqual([])
    expect(await contentsOf([other.tenantId])).toBe(before)
    expect(await objectsOf(other.tenantId)).toHaveLength(1)
    expect((await cachedUnder(other.slug)).length).toBeGreaterThan(0)
    const { events, audit } = await endsOf(control, home.tenantId)
    expect(events).toEqual(['tenants.tenant.erased'])
    expect(audit).toEqual([
      {
        requestedAt: expect.any(String),
        graceSkippedBy: `user:${control.operator.userId}`,
        rows: expect.objectContaining({ audit_log: expect.any(Number), users: expect.any(Number) }),
      },
    ])
    const counts = Object.values(audit[0]?.['rows'] ?? {})
    expect(counts.reduce((sum, rows) => sum + rows, 0)).toBe(erased[0]?.rows)
    home.clock.advance(70_000)
    expect((await admin.fetch('GET', '/api/v1/tenant')).status).toBe(404)
  }, 240_000)

  it('goes on where it was stopped, whichever call to the database fails', async () => {
    await endControl()
    let driver: FaultyDriver | undefined
    const world = await createWorld({
      isControl: true,
      env: { DATABASE_RETRIES: '0' },
      wrapDriver: (real) => (driver = createFaultyDriver(real)),
    })
    const operator = await world.as('super_admin')
    if (!driver) throw new Error('there is no driver')
    const { calls } = driver
    for (const kind of ['fail-before', 'fail-after'] as const) {
      let failing = 0
      let status = 0
      while (status !== 200) {
        failing += 1
        const { tenantId } = await smallWorld()
        await requestDeletion({ operator }, tenantId)
        const from = calls.length
        driver.fault = onCall(from + failing, { kind })
        const body = { target: tenantId, now: true }
        const response = await operator.fetch('POST', TASK, { body })
        driver.fault = () => undefined
        status = response.status
        const where = `${kind} ${failing}`
        const again = status === 200 ? response : await operator.fetch('POST', TASK, { body })
        // The answer to the last call may be what was lost.
        expect([200, 404], where).toContain(again.status)
        const allowed = ['audit_log', 'jobs', 'outbox']
        expect(await tablesWith(tenantId), where).toEqual(allowed)
        expect(await objectsOf(tenantId), where).toEqual([])
        const { events, audit } = await endsOf({ world }, tenantId)
        expect(events, where).toEqual(['tenants.tenant.erased'])
        expect(audit, where).toEqual([
          {
            requestedAt: expect.any(String),
            graceSkippedBy: `user:${operator.userId}`,
            rows: SMALL,
          },
        ])
      }
      expect(failing).toBeGreaterThan(20)
    }
  }, 240_000)

  it('counts and takes more rows than a page has', async () => {
    const control = await createControl()
    const { tenantId } = await createWorld()
    const rows = limits.erasure.page * 2 + 1
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       INSERT INTO inbox (tenant_id, event_id, subscriber, handled_at) SELECT ?1, 'e' || i, 's', 0 FROM n`,
    )
      .bind(tenantId, rows)
      .run()
    await requestDeletion(control, tenantId)
    await erase(control, { target: tenantId, now: true })
    const { audit } = await endsOf(control, tenantId)
    expect(audit).toMatchObject([{ rows: { inbox: rows } }])
  })

  it('takes what is written late, ten minutes later', async () => {
    const control = await createControl()
    const { tenantId } = await createWorld()
    await requestDeletion(control, tenantId)
    await erase(control, { target: tenantId, now: true })
    await env.DB.prepare(
      "INSERT INTO inbox (tenant_id, event_id, subscriber, handled_at) VALUES (?, 'late', 's', 0)",
    )
      .bind(tenantId)
      .run()
    await env.FILES.put(`${tenantId}/events/late.json`, 'late')
    await control.world.drain()
    expect(await tablesWith(tenantId)).toContain('inbox')
    control.world.clock.advance(limits.erasure.lateMilliseconds)
    await control.world.drain()
    expect(await tablesWith(tenantId)).toEqual(['audit_log', 'jobs', 'outbox'])
    expect(await objectsOf(tenantId)).toEqual([])
  })

  it('on another shard leaves nothing there either, and is told once, stopped or not', async () => {
    await endControl()
    const bindings = { DB_SECOND: env.SPARE_DB, DATABASE_RETRIES: '0' }
    let isDown = true
    const world = await createWorld({
      isControl: true,
      env: bindings,
      wrapDriver: (real) => {
        const driver = createFaultyDriver(real)
        driver.fault = ({ statements }) =>
          isDown && statements.some(({ sql }) => sql.startsWith('DELETE FROM tenants'))
            ? { kind: 'fail-before' }
            : undefined
        return driver
      },
    })
    const control = { world, operator: await world.as('super_admin') }
    const { tenantId } = await createWorld({ env: bindings, shard: 'second' })
    await requestDeletion(control, tenantId)
    const body = { target: tenantId, now: true }
    expect((await control.operator.fetch('POST', TASK, { body })).status).toBe(503)
    expect(await leftOnSecond(tenantId)).toEqual(['tenants'])
    isDown = false
    await erase(control, body)
    expect(await leftOnSecond(tenantId)).toEqual([])
    const { events, audit } = await endsOf(control, tenantId)
    expect(events).toEqual(['tenants.tenant.erased'])
    expect(audit).toHaveLength(1)
  })
})

/** The tables of the second shard that have a row of a tenant. */
async function leftOnSecond(tenantId: string): Promise<string[]> {
  const wanted = [...(await ownedTables()).map((name) => [name, 'tenant_id']), ['tenants', 'id']]
  const answers = await env.SPARE_DB.batch(
    wanted.map(([name, column]) =>
      env.SPARE_DB.prepare(`SELECT 1 FROM ${name} WHERE ${column} = ? LIMIT 1`).bind(tenantId),
    ),
  )
  return wanted.flatMap(([name = ''], index) =>
    (answers[index]?.results.length ?? 0) > 0 ? name : [],
  )
}

/** What `smallWorld` has by table. */
const SMALL = expect.objectContaining({ blog_posts: 1, users: 1, sessions: 1 })

describe('the grace period', () => {
  it('is kept by the schedule, and is over after thirty days', async () => {
    const control = await createControl()
    const { tenantId } = await createWorld()
    await requestDeletion(control, tenantId)
    const early = await control.operator.fetch('POST', TASK, { body: { target: tenantId } })
    expect(await problem(early)).toMatchObject({ status: 409, code: 'tenants.grace_period' })
    const { world } = control
    const [schedule] = world.isolate.shared.modules.flatMap(({ schedules }) =>
      schedules.filter(({ name }) => name === 'tenants:erase'),
    )
    const task = world.isolate.shared.modules
      .flatMap(({ tasks }) => tasks)
      .find(({ name }) => name === schedule?.task)
    const tick = async () =>
      task?.run(world.deps(), await world.system(), schedule?.input ?? {}, () => undefined)
    world.clock.advance(30 * DAY - 1)
    await tick()
    expect(await tablesWith(tenantId)).toContain('tenants')
    world.clock.advance(1)
    await tick()
    expect(await tablesWith(tenantId)).toEqual(['audit_log', 'jobs', 'outbox'])
    const { audit } = await endsOf(control, tenantId)
    expect(audit).toMatchObject([{ graceSkippedBy: null }])
  })

  it('lets operators take the deletion back, and no longer when the erasure has begun', async () => {
    const control = await createControl()
    const world = await createWorld()
    const path = `/api/v1/tenants/${world.tenantId}`
    await requestDeletion(control, world.tenantId)
    expect(await control.operator.json('POST', `${path}/restore`)).toMatchObject({
      status: 'suspended',
      deletionRequestedAt: null,
    })
    await control.operator.json('POST', `${path}/activate`)
    expect(await world.auditOf(world.tenantId)).toContain('tenants.tenant.restored')
    await requestDeletion(control, world.tenantId)
    await env.DB.prepare('UPDATE tenants SET settings = ? WHERE id = ?')
      .bind('{"erased":{},"graceSkippedBy":null}', world.tenantId)
      .run()
    const late = await control.operator.fetch('POST', `${path}/restore`)
    expect(await problem(late)).toMatchObject({ status: 409, code: 'tenants.status_refused' })
  })

  it('is skipped only for a named tenant, and by those who may delete tenants', async () => {
    const control = await createControl()
    const all = await control.operator.fetch('POST', TASK, { body: { now: true } })
    expect(await problem(all)).toMatchObject({ status: 422, pointers: ['/target'] })
    const { world } = control
    const [task] = world.isolate.shared.modules.flatMap(({ tasks }) =>
      tasks.filter(({ name }) => name === 'tenants:erase'),
    )
    const { tenantId } = await createWorld()
    await requestDeletion(control, tenantId)
    const { tenant } = await world.system()
    const lesser = { name: 'lesser', permissions: ['maintenance:run'], id: 'one', now: 0 }
    const input = { target: tenantId, now: true }
    const run = task?.run(world.deps(), systemContext(tenant, lesser), input, () => undefined)
    await expect(run).rejects.toMatchObject({ definition: { code: 'forbidden' } })
  })
})

describe('an erasure is refused', () => {
  it('for the control tenant, for one that is not to be deleted and for one that never was', async () => {
    const control = await createControl()
    const { slug } = await createWorld()
    const refusal = async (target: string) =>
      problem(await control.operator.fetch('POST', TASK, { body: { target, now: true } }))
    expect(await refusal(control.world.slug)).toMatchObject({
      status: 409,
      code: 'tenants.control_protected',
    })
    expect(await refusal(slug)).toMatchObject({ status: 409, code: 'tenants.status_refused' })
    expect(await refusal('never-was')).toMatchObject({ status: 404, code: 'not_found' })
  })

  it('to everybody but the operators', async () => {
    const admin = await (await createWorld()).as('super_admin')
    expect((await admin.fetch('POST', TASK, { body: {} })).status).toBe(404)
  })
})

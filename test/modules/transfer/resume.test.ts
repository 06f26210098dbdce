import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { type FaultyDriver, createFaultyDriver, onCall } from '../../support/faulty-driver.ts'
import { endControl } from '../../support/no-control.ts'
import { type Client, type World, createWorld } from '../../support/world.ts'
import { createControl } from '../tenants/control.ts'
import { exported, hashesOf, look, rowsOf, settle, start } from './support.ts'

/** A tenant with a little of what refers to something else. */
async function smallWorld(): Promise<World> {
  const world = await createWorld()
  const admin = await world.as('admin')
  const body = { title: 'Post', body: world.slug, tags: ['one'] }
  await admin.json('POST', '/api/v1/blog/posts', { body })
  const { id: parentId } = await admin.json('POST', '/api/v1/blog/categories', {
    body: { names: { en: 'Parent' } },
  })
  await admin.json('POST', '/api/v1/blog/categories', {
    body: { names: { en: 'Child' }, parentId },
  })
  await env.FILES.put(`${world.tenantId}/2026/01/note.txt`, world.slug)
  return world
}

/** A control tenant whose calls to the database can fail. */
async function faultyControl() {
  await endControl()
  let driver: FaultyDriver | undefined
  const world = await createWorld({
    isControl: true,
    env: { DATABASE_RETRIES: '0' },
    wrapDriver: (real) => (driver = createFaultyDriver(real)),
  })
  const person = await world.as('super_admin')
  // It outlives the sessions, as the test's clock runs fast.
  const { key } = await person.json<{ key: string }>('POST', '/api/v1/keys', {
    body: { name: 'Transfers', scopes: ['transfers:read', 'transfers:run', 'tenants:create'] },
  })
  const headers = { authorization: `Bearer ${key}` }
  const operator: Client = {
    ...person,
    json: (method, path, options) => person.json(method, path, { ...options, headers }),
  }
  if (!driver) throw new Error('there is no driver')
  return { world, operator, driver }
}

describe('an interrupted transfer', () => {
  it.each(['fail-before', 'fail-after'] as const)(
    'goes on wherever the database fails (%s) and ends with equal checksums',
    async (kind) => {
      const control = await faultyControl()
      const { driver } = control
      const source = await smallWorld()
      const hashes = hashesOf(await exported(control, source.slug))
      let failing = kind === 'fail-before' ? -1 : 0
      let isOver = false
      while (!isOver) {
        failing += 3
        const slug = `${source.slug}-${kind}-${failing}`
        const into = { slug }
        const clone = await start(control, 'clone', { source: source.slug, ...into })
        const from = driver.calls.length
        driver.fault = onCall(from + failing, { kind })
        await control.world.drain().catch(() => undefined)
        isOver = driver.calls.length < from + failing
        driver.fault = () => undefined
        expect(await settle(control, clone.id), `${failing}`).toBe('done')
        const [job] = await control.world.rows<{ id: string }>(
          `SELECT id FROM jobs WHERE tenant_id = ? AND name = 'transfer:import'
           AND payload ->> 'tenantId' = ?`,
          control.world.tenantId,
          clone.tenantId,
        )
        expect(await settle(control, job?.id ?? ''), `${failing}`).toBe('done')
        const copy = await exported(control, slug)
        expect(hashesOf(copy), `${failing}`).toEqual(hashes)
        const told = await control.world.eventsOf(job?.id ?? '')
        expect(told).toEqual(['transfer.import.finished'])
      }
      expect(failing).toBeGreaterThan(40)
    },
    240_000,
  )

  it('takes many rows in files of their own, in several runs', async () => {
    const control = await createControl()
    const source = await createWorld()
    const rows = limits.transfer.rows * (limits.transfer.steps + 3) + 1
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       INSERT INTO mail_suppressions (tenant_id, id, address, reason, created_at)
       SELECT ?1, 'id' || i, i || '@people.example', 'manual', i FROM n`,
    )
      .bind(source.tenantId, rows)
      .run()
    // Each refers to the one with the next id, and so to one that a later file has.
    await env.DB.batch([
      env.DB.prepare(
        `WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
         INSERT INTO blog_categories
           (tenant_id, id, parent_id, slug, names, position, version, created_at, updated_at)
         SELECT ?1, 'c' || i, CASE WHEN i < 1999 THEN 'c' || (i + 1) END, 's' || i, '{}', i, 1, 0, 0
         FROM n`,
      ).bind(source.tenantId),
    ])
    const first = await exported(control, source.slug)
    const suppressions = first.manifest?.tables.find(({ name }) => name === 'mail_suppressions')
    expect(suppressions?.rows).toBe(rows)
    const slug = control.fresh()
    const started = await start(control, 'import', { exportId: first.id, slug })
    await settle(control, started.id)
    expect(await look(control, started.id)).toMatchObject({ state: 'done', error: null })
    expect(await rowsOf(control.world, started.tenantId, 'mail_suppressions')).toBe(rows)
    expect(hashesOf(await exported(control, slug))).toEqual(hashesOf(first))
  }, 240_000)

  it('takes texts as long as they may be, with every character', async () => {
    const control = await createControl()
    const source = await createWorld()
    const admin = await source.as('admin')
    for (const text of ['\u0001"\\ \n\u2028', '🦊 ü', 'x']) {
      const body = text.repeat(Math.floor(700_000 / text.length))
      await env.DB.prepare(
        `INSERT INTO mail_suppressions (tenant_id, id, address, reason, note, created_at)
         VALUES (?, ?, ?, 'manual', ?, 0)`,
      )
        .bind(source.tenantId, text, text, body)
        .run()
    }
    await admin.json('POST', '/api/v1/blog/posts', {
      body: { title: 'Long', body: 'ü'.repeat(400_000) },
    })
    const first = await exported(control, source.slug)
    const slug = control.fresh()
    const started = await start(control, 'import', { exportId: first.id, slug })
    await settle(control, started.id)
    expect(await look(control, started.id)).toMatchObject({ state: 'done', error: null })
    expect(hashesOf(await exported(control, slug))).toEqual(hashesOf(first))
  }, 240_000)
})

import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { createD1Driver } from '../../../src/adapters/database/d1.ts'
import { createLibsqlDriver } from '../../../src/adapters/database/libsql.ts'
import type { Statement } from '../../../src/kernel/statement.ts'
import { DatabaseError, type SqlDriver } from '../../../src/ports/database.ts'
import { createHouse } from '../../suites/support/house.ts'
import { libsqlUrl } from '../../support/libsql.ts'
import { createWorld } from '../../support/world.ts'
import { entriesOf, receiptOf, seal, verify, writeEntries } from './support.ts'

/** Makes the database refuse the audit row, and nothing else of a batch. */
const withoutAudit = (driver: SqlDriver): SqlDriver => ({
  batch: (statements, mode) => driver.batch(statements.map(spoiled), mode),
})

/** The proof comes last and must not be null. */
const spoiled = (statement: Statement): Statement =>
  statement.sql.startsWith('insert into "audit_log"')
    ? { ...statement, params: [...statement.params.slice(0, -1), null] }
    : statement

describe('D10: the audit row of a change', () => {
  it('is of the same batch: a change that cannot be audited does not happen', async () => {
    let isSpoiled = false
    const world = await createWorld({
      wrapDriver: (real) => ({
        batch: (...call) => (isSpoiled ? withoutAudit(real) : real).batch(...call),
      }),
    })
    const admin = await world.as('admin')
    isSpoiled = true
    const refused = await admin.fetch('POST', '/api/v1/blog/authors', { body: { name: 'Ada' } })
    isSpoiled = false
    expect(refused.status).toBe(500)
    const authors = 'SELECT id FROM blog_authors WHERE tenant_id = ?'
    expect(await world.rows(authors, world.tenantId)).toEqual([])
  })

  it('tells who, what, when, from where, by which session, and what was before and after', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const body = {
      email: 'ada@people.example',
      name: 'Ada',
      password: 'three blind mice run',
      roles: ['customer'],
    }
    const { id } = await admin.json<{ id: string }>('POST', '/api/v1/auth/users', { body })
    const response = await admin.fetch('PUT', `/api/v1/auth/users/${id}/roles`, {
      body: { roles: ['manager'] },
      headers: {
        'if-match': '*',
        'cf-connecting-ip': '192.0.2.7',
        'x-request-id': 'request-of-ada',
      },
    })
    expect(response.status).toBe(200)
    const { items } = await admin.json<{ items: { action: string }[] }>(
      'GET',
      `/api/v1/audit/entries?targetId=${id}`,
    )
    expect(items[0]).toMatchObject({
      seq: null,
      occurredAt: new Date(world.clock.now()).toISOString(),
      actor: { kind: 'user', id: admin.userId },
      credential: expect.stringMatching(/^session:/),
      target: { type: 'user', id },
      requestId: 'request-of-ada',
      clientAddress: '192.0.2.7',
      changes: { roles: { before: ['customer'], after: ['manager'] } },
    })
    expect(JSON.stringify(items)).not.toContain(body.password)
  })
})

describe('D10: the chain of the audit log', () => {
  it('has every entry by the next tick, without gaps; a tick without work leaves no entry', async () => {
    const world = await createWorld()
    await writeEntries(world, 5)
    await world.tick()
    const entries = await entriesOf(world)
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1))
    const owned = "SELECT count(*) AS n FROM audit_log WHERE tenant_id NOT IN ('')"
    const before = await world.rows(owned)
    world.clock.advance(60_000)
    await world.tick()
    expect(await world.rows(owned)).toEqual(before)
  })

  it('never forks, however many seal at once while others write', async () => {
    const world = await createWorld()
    await writeEntries(world, 20)
    const sealers = Array.from({ length: 8 }, () => seal(world))
    const results = await Promise.all([...sealers, writeEntries(world, 5, 100)])
    await seal(world)
    const entries = await entriesOf(world)
    const places = entries.map(({ seq }) => seq ?? 0).sort((one, other) => one - other)
    expect(places).toEqual(entries.map((_, index) => index + 1))
    expect(results.slice(0, 8).filter((sealed) => sealed !== 0).length).toBeGreaterThan(0)
    expect(await verify(world)).toBeNull()
  })

  it('goes on from a receipt', async () => {
    const world = await createWorld()
    await writeEntries(world, 3)
    const receipt = await receiptOf(world)
    await writeEntries(world, 2)
    const admin = await world.as('super_admin')
    const path = '/api/v1/audit/tasks/verify'
    const answer = await admin.json('POST', path, { body: { receipt } })
    const all = await admin.json('POST', path, { body: {} })
    expect([answer['isComplete'], answer['receipt'] === all['receipt']]).toEqual([true, true])
    expect(Number(answer['entries'])).toBeLessThan(Number(all['entries']))
  })

  it('of another tenant, or of the deployment, is verified by operators of the control tenant', async () => {
    const house = await createHouse()
    const { home, control } = house
    await writeEntries(home, 3)
    const path = '/api/v1/audit/tasks/verify'
    const client = await house.operator()
    const verified = await client.json('POST', path, { body: { slug: home.slug } })
    expect(verified).toMatchObject({ tenantId: home.tenantId, isComplete: true })
    const own = await client.json('POST', path, { body: { slug: 'deployment' } })
    expect(own).toMatchObject({ tenantId: 'deployment', isComplete: true })
    const other = await home.as('super_admin')
    expect((await other.fetch('POST', path, { body: { slug: control.slug } })).status).toBe(404)
    expect((await client.fetch('POST', path, { body: { slug: 'nobody' } })).status).toBe(404)
  })

  it('costs a commit nothing but one index entry: no round trip, no trigger on insert', async () => {
    const world = await createWorld()
    const plan = "SELECT sql FROM sqlite_schema WHERE tbl_name = 'audit_log' AND type = 'trigger'"
    const triggers = await world.rows<{ sql: string }>(plan)
    const moments = triggers.map(({ sql }) => /BEFORE (\w+)/.exec(sql)?.[1] ?? '')
    expect(new Set(moments)).toEqual(new Set(['UPDATE', 'DELETE']))
    const admin = await world.as('admin')
    const made = await admin.fetch('POST', '/api/v1/blog/authors', { body: { name: 'Ada' } })
    expect(made.headers.get('server-timing')).toContain('db-trips;desc="1"')
  })
})

const engines: readonly (readonly [string, () => SqlDriver])[] = [
  ['D1', () => createD1Driver(env.DB)],
  ['libSQL', () => createLibsqlDriver({ url: libsqlUrl })],
]

describe.each(engines)('D10: the audit log is append-only in %s', (_, open) => {
  const place = (tenantId: string): Statement[] => [
    {
      sql: `INSERT INTO audit_log (tenant_id, id, occurred_at, actor_kind, action, target_type,
        target_id, request_id, seq) VALUES (?, 'a', 1, 'system', 'a', 'a', 'a', 'a', 1)`,
      params: [tenantId],
    },
    {
      sql: `INSERT INTO audit_heads VALUES (?, 1, '', 0, '', '', 9007199254740991)`,
      params: [tenantId],
    },
  ]

  it.each([
    ['changing an entry', "UPDATE audit_log SET action = 'b' WHERE tenant_id = ?"],
    ['giving it another place', 'UPDATE audit_log SET seq = 2 WHERE tenant_id = ?'],
    ['taking its place away', 'UPDATE audit_log SET seq = NULL WHERE tenant_id = ?'],
    ['removing it', 'DELETE FROM audit_log WHERE tenant_id = ?'],
  ])('%s is refused', async (_name, sql) => {
    const driver = open()
    const tenantId = crypto.randomUUID()
    await driver.batch(place(tenantId), 'write')
    const before = { sql: 'SELECT * FROM audit_log WHERE tenant_id = ?', params: [tenantId] }
    const [stored] = await driver.batch([before], 'read')
    await expect(driver.batch([{ sql, params: [tenantId] }], 'write')).rejects.toBeInstanceOf(
      DatabaseError,
    )
    const [after] = await driver.batch([before], 'read')
    expect(after?.rows).toEqual(stored?.rows)
  })

  it('removing what the anchor has passed is not', async () => {
    const driver = open()
    const tenantId = crypto.randomUUID()
    await driver.batch(place(tenantId), 'write')
    const anchor = {
      sql: 'UPDATE audit_heads SET anchor_seq = 1 WHERE tenant_id = ?',
      params: [tenantId],
    }
    const removal = { sql: 'DELETE FROM audit_log WHERE tenant_id = ?', params: [tenantId] }
    await driver.batch([anchor, removal], 'write')
    const count = {
      sql: 'SELECT count(*) AS n FROM audit_log WHERE tenant_id = ?',
      params: [tenantId],
    }
    expect((await driver.batch([count], 'read'))[0]?.rows).toEqual([{ n: 0 }])
  })
})

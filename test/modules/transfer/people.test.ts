import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { type World, createWorld } from '../../support/world.ts'
import { tablesOfDatabase } from '../../suites/support/database.ts'
import {
  type LivedPerson,
  bearer,
  exportPerson,
  livePerson,
  stepUp,
  textOf,
  untar,
} from './people-support.ts'

let world: World
let one: LivedPerson
let other: LivedPerson

beforeAll(async () => {
  world = await createWorld()
  one = await livePerson(world)
  other = await livePerson(world)
})

/** Values of columns that no export may show. */
async function secretsOf(): Promise<string[]> {
  const tables = await tablesOfDatabase()
  const found: string[] = []
  for (const { name, columns } of tables)
    for (const column of columns.map((each) => each.split(' ')[0] ?? ''))
      if (/hash|secret|^mac$|^chain$|props|bound_to|lease/.test(column)) {
        const rows = await env.DB.prepare(
          `SELECT "${column}" AS value FROM "${name}" WHERE "${column}" IS NOT NULL LIMIT 500`,
        ).all<{ value: unknown }>()
        found.push(...rows.results.map(({ value }) => String(value)).filter((v) => v.length > 9))
      }
  return found
}

async function archiveOf(path: string, token?: string): Promise<Map<string, Uint8Array>> {
  const by = token === undefined ? await world.as('admin') : world.anonymous
  const response = await by.fetch('GET', path, token === undefined ? {} : bearer(token))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/x-tar')
  return untar(await response.bytes())
}

describe('the export of a person', () => {
  it('has all that the tenant holds on it, and nothing of anybody else, and no secret', async () => {
    const admin = await world.as('admin')
    const told = await exportPerson(world, admin, one.id)
    expect(told).toMatchObject({ state: 'done', error: null, userId: one.id })
    const files = await archiveOf(`/api/v1/auth/users/${one.id}/export/archive`)
    const text = await textOf(files)
    for (const trait of one.traits) expect(text).toContain(trait)
    const counts = Object.fromEntries((told.manifest?.tables ?? []).map((t) => [t.name, t.rows]))
    for (const table of [
      'users',
      'user_roles',
      'sessions',
      'login_history',
      'one_time_tokens',
      'api_keys',
      'mail_messages',
      'mail_suppressions',
      'blog_posts',
      'blog_post_translations',
      'audit_log',
      'outbox',
    ])
      expect(counts[table], table).toBeGreaterThan(0)
    expect(counts['users']).toBe(1)
    for (const foreign of [other.id, ...other.traits, admin.userId ?? '?'])
      expect(text.includes(foreign), foreign).toBe(false)
    const all = text + new TextDecoder().decode(files.get('manifest.json'))
    const shown = (await secretsOf()).filter((secret) => all.includes(secret))
    expect(shown).toEqual([])
    expect(all).not.toContain('$argon2id$')
    expect(Object.keys(told.manifest?.leftOut ?? {})).toEqual(
      expect.arrayContaining(['refresh_tokens', 'recovery_codes']),
    )
  })

  it('withholds whom the person has invited', async () => {
    const own = await world.as('admin')
    const guest = `guest-${world.slug}@people.example`
    await own.json('POST', '/api/v1/auth/invitations', {
      body: { email: guest, roles: ['customer'] },
    })
    await stepUp(world, own.token ?? '')
    await own.json('POST', '/api/v1/auth/me/export')
    await world.drain()
    const text = await textOf(await archiveOf('/api/v1/auth/me/export/archive', own.token))
    expect(text).toContain('"invited_by"')
    expect(text).not.toContain(guest)
    expect(text).not.toContain(one.email)
  })

  it('is had by the person itself, in a session that has stepped up', async () => {
    const path = '/api/v1/auth/me/export'
    const bare = await world.anonymous.json<{ accessToken: string }>('POST', '/api/v1/auth/login', {
      body: { email: other.email, password: 'correct horse battery staple' },
    })
    const refused = await world.anonymous.fetch('POST', path, bearer(bare.accessToken))
    expect(await refused.json()).toMatchObject({ code: 'auth.step_up_required' })
    await world.anonymous.json('POST', path, bearer(other.token))
    const again = await world.anonymous.fetch('POST', path, bearer(other.token))
    expect(await again.json()).toMatchObject({ status: 409, code: 'transfer.under_way' })
    await world.drain()
    expect(await world.anonymous.json('GET', path, bearer(other.token))).toMatchObject({
      state: 'done',
      userId: other.id,
    })
    const text = await textOf(await archiveOf(`${path}/archive`, other.token))
    expect(text).toContain(other.email)
    expect(text).not.toContain(one.email)
    expect(await world.auditOf(other.id)).toEqual(
      expect.arrayContaining(['transfer.user.export_started', 'transfer.user.exported']),
    )
  })

  it('is for those alone who may, of the tenant alone, and of nobody who may do more', async () => {
    const statusOf = async (by: Promise<{ fetch: typeof world.anonymous.fetch }>, id: string) =>
      (await (await by).fetch('POST', `/api/v1/auth/users/${id}/export`)).status
    const stranger = await createWorld()
    expect(await statusOf(stranger.as('admin'), one.id)).toBe(404)
    expect(await statusOf(world.as('customer'), one.id)).toBe(403)
    const { userId = '' } = await world.as('super_admin')
    expect(await statusOf(world.as('admin'), userId)).toBe(403)
  })

  it('has every row of many, page by page, and those of nobody between them', async () => {
    const own = await createWorld()
    const [person, stranger] = [await livePerson(own), await livePerson(own)]
    const rows = limits.transfer.rows * 2 + 3
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2 * 2)
       INSERT INTO login_history (tenant_id, id, user_id, outcome, created_at)
       SELECT ?1, 'row' || i, CASE i % 2 WHEN 0 THEN ?3 ELSE ?4 END, 'failed', 0 FROM n`,
    )
      .bind(own.tenantId, rows, person.id, stranger.id)
      .run()
    const told = await exportPerson(own, await own.as('admin'), person.id)
    const table = told.manifest?.tables.find(({ name }) => name === 'login_history')
    expect(table?.rows).toBe(rows + 1)
    expect(table?.parts.length).toBe(3)
    const files = await env.FILES.list({
      prefix: `${own.tenantId}/exports/${told.id}/login_history/`,
    })
    for (const { key } of files.objects) {
      const text = await (await env.FILES.get(key))?.text()
      expect(text).not.toContain(stranger.id)
    }
  })

  it('may be begun so often a day', async () => {
    const admin = await world.as('admin')
    const person = await livePerson(world)
    const path = `/api/v1/auth/users/${person.id}/export`
    for (let round = 0; round < limits.transfer.personPerDay; round++) {
      await admin.json('POST', path)
      await world.drain()
    }
    const response = await admin.fetch('POST', path)
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('3600')
  })

  it('is removed after its time, and when the person is deleted', async () => {
    const own = await createWorld()
    const admin = await own.as('admin')
    const people = [await livePerson(own), await livePerson(own)] as const
    for (const { id } of people) await exportPerson(own, admin, id)
    const filesOf = async () => {
      const { objects } = await env.FILES.list({ prefix: `${own.tenantId}/exports/` })
      return new Set(objects.map(({ key }) => key.split('/')[2]))
    }
    expect((await filesOf()).size).toBe(2)
    await admin.json('DELETE', `/api/v1/auth/users/${people[0].id}`, {
      headers: { 'if-match': '*' },
    })
    await own.drain()
    expect((await filesOf()).size).toBe(1)
    expect((await admin.fetch('GET', `/api/v1/auth/users/${people[0].id}/export`)).status).toBe(404)
    own.clock.advance(limits.transfer.personKeptDays * 86_400_000)
    await own.drain()
    expect((await filesOf()).size).toBe(0)
  })
})

import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { type World, createWorld } from '../../support/world.ts'
import { type Control, createControl } from '../tenants/control.ts'
import {
  type Transfer,
  exported,
  folderOf,
  forge,
  forgeManifest,
  look,
  rowsOf,
  settle,
  start,
} from './support.ts'

let control: Control
let source: World
let other: World

beforeAll(async () => {
  control = await createControl()
  source = await createWorld()
  other = await createWorld()
  for (const world of [source, other]) {
    const admin = await world.as('admin')
    await admin.json('POST', '/api/v1/blog/posts', { body: { title: 'Post', body: 'Text' } })
    await admin.json('POST', '/api/v1/blog/categories', { body: { names: { en: 'Category' } } })
    await env.FILES.put(`${world.tenantId}/2026/01/note.txt`, `of ${world.slug}`)
  }
})

/** Exports the source, has it changed, and imports it into a new tenant. */
async function importForged(
  change: (id: string) => Promise<unknown>,
): Promise<Transfer & { readonly stored: Record<string, unknown> | undefined }> {
  const { id } = await exported(control, source.slug)
  await change(id)
  const into = { slug: control.fresh() }
  const started = await start(control, 'import', { exportId: id, ...into })
  await settle(control, started.id)
  const [stored] = await control.world.rows<Record<string, unknown>>(
    'SELECT status FROM tenants WHERE id = ?',
    started.tenantId,
  )
  return { ...(await look(control, started.id)), stored }
}

type Line = Record<string, unknown>

const firstLine = (table: string, patch: (line: Line) => Line) => (id: string) =>
  forge(control, id, table, ([line = {}, ...rest]) => [patch(line), ...rest])

const manifest = (change: (given: NonNullable<Transfer['manifest']>) => void) => (id: string) =>
  forgeManifest(control, id, change)

/** Refused before anything is written. */
const refused: [name: string, code: string, change: (id: string) => Promise<unknown>][] = [
  [
    'a file that was changed',
    'file_refused',
    (id) => env.FILES.put(`${folderOf(control, id)}users/000000.ndjson`, '{}\n'),
  ],
  [
    'a file that is missing',
    'file_refused',
    (id) => env.FILES.delete(`${folderOf(control, id)}users/000000.ndjson`),
  ],
  [
    'an object that was changed',
    'file_refused',
    (id) => env.FILES.put(`${folderOf(control, id)}content/2026/01/note.txt`, 'another'),
  ],
  [
    'an object that leads out of the tenant',
    'file_refused',
    firstLine('objects', (line) => ({ ...line, key: `../${other.tenantId}/2026/01/note.txt` })),
  ],
  [
    'an object among those of events',
    'file_refused',
    firstLine('objects', (line) => ({ ...line, key: 'events/one.json' })),
  ],
  [
    'a row that names a tenant',
    'row_refused',
    firstLine('users', (line) => ({ ...line, tenant_id: other.tenantId })),
  ],
  [
    'a row with a tenant in the place of a column',
    'row_refused',
    firstLine('users', ({ name: _, ...line }) => ({ ...line, tenant_id: other.tenantId })),
  ],
  [
    'a row with a column that is made here',
    'row_refused',
    firstLine('users', ({ name: _, ...line }) => ({ ...line, 'name") --': 'x' })),
  ],
  [
    'a text in the place of a number',
    'row_refused',
    firstLine('users', (line) => ({ ...line, version: '1' })),
  ],
  [
    'a list in the place of a text',
    'row_refused',
    firstLine('users', (line) => ({ ...line, name: ['x'] })),
  ],
  [
    'nothing in the place of a text',
    'row_refused',
    firstLine('users', (line) => ({ ...line, name: null })),
  ],
  [
    'settings that are no JSON',
    'row_refused',
    firstLine('tenant_modules', (line) => ({ ...line, settings: '{' })),
  ],
  ['a line that is no row', 'row_refused', (id) => forge(control, id, 'users', () => [1])],
  [
    'a table that no export has',
    'schema_differs',
    manifest((given) => {
      const [first] = given.tables
      if (first) Object.assign(first, { name: 'sessions' })
    }),
  ],
  [
    'a table twice',
    'schema_differs',
    manifest((given) => {
      const [first, second] = given.tables
      if (first && second) Object.assign(first, { name: second.name })
    }),
  ],
  [
    'another schema',
    'schema_differs',
    manifest((given) => Object.assign(given, { schema: '0'.repeat(64) })),
  ],
]

describe('an import refuses before it writes', () => {
  it.each(refused)('%s: %s', async (_, code, change) => {
    const { state, error, tenantId, stored } = await importForged(change)
    expect({ state, error }).toEqual({
      state: 'dead',
      error: expect.stringContaining(`transfer.${code}`),
    })
    expect(stored).toEqual({ status: 'active' })
    expect(await rowsOf(control.world, tenantId, 'users')).toBe(0)
    expect(await rowsOf(control.world, tenantId, 'roles')).toBeGreaterThan(0)
    const { objects } = await env.FILES.list({ prefix: `${tenantId}/2026/` })
    expect(objects).toEqual([])
  })

  it('a manifest that is none', async () => {
    const { id } = await exported(control, source.slug)
    await forgeManifest(control, id, (given) => Object.assign(given, { format: 2 }))
    const body = { exportId: id, target: source.slug }
    const response = await control.operator.fetch('POST', '/api/v1/transfer/tasks/import', { body })
    expect(response.status).toBe(409)
  })

  it('the control tenant, and one that is not there', async () => {
    const { id } = await exported(control, source.slug)
    const statuses = []
    for (const target of [control.world.slug, control.fresh()]) {
      const body = { exportId: id, target }
      const path = '/api/v1/transfer/tasks/import'
      statuses.push((await control.operator.fetch('POST', path, { body })).status)
    }
    expect(statuses).toEqual([409, 404])
  })

  it('a tenant that has data, which it keeps', async () => {
    const { id } = await exported(control, source.slug)
    const started = await start(control, 'import', { exportId: id, target: other.slug })
    expect(await settle(control, started.id)).toBe('dead')
    expect((await look(control, started.id)).error).toContain('transfer.not_empty')
    const admin = await other.as('admin')
    expect((await admin.fetch('GET', '/api/v1/auth/me')).status).toBe(200)
  })
})

describe('an import that meets a conflict', () => {
  it.each<[string, string, (id: string) => Promise<unknown>]>([
    [
      'a row of another tenant',
      'foreign_key',
      async (id) => {
        const { userId } = await other.as('admin')
        return firstLine('user_roles', (line) => ({ ...line, user_id: userId }))(id)
      },
    ],
    [
      'one row twice',
      'unique',
      (id) => forge(control, id, 'users', (lines) => [...lines, ...lines]),
    ],
    [
      'a state that is none',
      'check',
      firstLine('blog_posts', (line) => ({ ...line, status: 'x' })),
    ],
    [
      'a parent that is not there',
      'foreign_key',
      firstLine('blog_categories', (line) => ({ ...line, parent_id: `${String(line['id'])}x` })),
    ],
  ])('%s, names it and leaves the tenant closed', async (_, type, change) => {
    const { state, error, stored } = await importForged(change)
    expect({ state, error }).toEqual({
      state: 'dead',
      error: expect.stringMatching(new RegExp(`transfer\\.rows_conflict: .*${type}`)),
    })
    expect(stored).toEqual({ status: 'suspended' })
  })
})

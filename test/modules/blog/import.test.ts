import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { slugsOf } from './support.ts'

const IMPORT = '/api/v1/blog/tasks/import'
const item = (index: number, extra: Record<string, unknown> = {}) => ({
  source: `file-${index}.md`,
  title: `Title ${index}`,
  body: `Body ${index}`,
  publishedAt: `2020-01-${String(index + 1).padStart(2, '0')}T00:00:00Z`,
  author: { name: `Author ${index % 3}` },
  category: index % 2 === 0 ? 'Even' : 'Odd',
  tags: ['imported'],
  ...extra,
})

/** The answer to a page in which nothing is to be done. */
const NOTHING = { created: 0, skipped: 0, adopted: [], deleted: [], failed: [] }

describe('an import', () => {
  it('brings in a page in two round trips with authors, categories and dates', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const response = await admin.fetch('POST', IMPORT, {
      body: { items: Array.from({ length: 20 }, (_, index) => item(index)) },
    })
    expect(response.headers.get('server-timing')).toContain('db-trips;desc="2"')
    expect(await response.json()).toEqual({ ...NOTHING, created: 20 })
    expect(await slugsOf(world.anonymous, '/api/v1/blog/posts?limit=2')).toEqual([
      'title-19',
      'title-18',
    ])
    expect(await world.anonymous.json('GET', '/api/v1/blog/posts-by-slug/title-4')).toMatchObject({
      author: { name: 'Author 1' },
      category: { slug: 'even' },
      publishedAt: '2020-01-05T00:00:00.000Z',
      createdAt: '2020-01-05T00:00:00.000Z',
    })
  })

  it('schedules a post whose date is to come', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const items = [item(0, { publishedAt: '2999-01-01T00:00:00Z', slug: 'to-come' })]
    expect(await admin.json('POST', IMPORT, { body: { items } })).toMatchObject({ created: 1 })
    expect(await slugsOf(world.anonymous, '/api/v1/blog/posts')).toEqual([])
    expect(await admin.json('GET', '/api/v1/blog/posts-by-slug/to-come')).toMatchObject({
      status: 'draft',
      publishAt: '2999-01-01T00:00:00.000Z',
      publishedAt: null,
    })
  })

  it('run twice, or at once, makes nothing twice', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const body = { items: [item(0), item(1), item(1)] }
    const answers = await Promise.all([
      admin.fetch('POST', IMPORT, { body }),
      admin.fetch('POST', IMPORT, { body }),
    ])
    expect(
      answers.map((answer) => answer.status).every((status) => status === 200 || status === 409),
    ).toBe(true)
    expect(await admin.json('POST', IMPORT, { body })).toEqual({ ...NOTHING, skipped: 3 })
    expect(await slugsOf(world.anonymous, '/api/v1/blog/posts')).toEqual(['title-1', 'title-0'])
  })

  it('lists what it could not read with the reason and takes the rest', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const items = [
      item(0),
      { source: 'no-title.md', body: 'x' },
      item(2, { locale: 'xx' }),
      item(3, { publishedAt: 'soon' }),
      'not an object',
    ]
    const result = await admin.json<{
      created: number
      failed: { source: string; reason: string }[]
    }>('POST', IMPORT, { body: { items } })
    expect(result.created).toBe(1)
    expect(result.failed.map((failure) => failure.source)).toEqual([
      'no-title.md',
      'file-2.md',
      'file-3.md',
      'item 4',
    ])
    expect(result.failed[0]?.reason).toContain('title')
  })

  it('is for those who may import, a bounded page at a time', async () => {
    const world = await createWorld()
    expect(
      (await (await world.as('manager')).fetch('POST', IMPORT, { body: { items: [item(0)] } }))
        .status,
    ).toBe(403)
    const admin = await world.as('admin')
    const tooMany = Array.from({ length: 51 }, (_, index) => item(index))
    expect((await admin.fetch('POST', IMPORT, { body: { items: tooMany } })).status).toBe(422)
    expect((await admin.fetch('POST', IMPORT, { body: { items: [] } })).status).toBe(422)
  })
})

/** A tenant with the posts of a page of two, and what sends such pages. */
async function importedWorld() {
  const world = await createWorld()
  const admin = await world.as('admin')
  const run = (...items: unknown[]) => admin.json('POST', IMPORT, { body: { items } })
  expect(await run(item(0), item(1))).toEqual({ ...NOTHING, created: 2 })
  const find = (slug: string) =>
    admin.json<{ id: string; version: number }>('GET', `/api/v1/blog/posts-by-slug/${slug}`)
  const change = async (method: string, path: string, body?: unknown) => {
    const headers = { 'if-match': '*' }
    const answer = await admin.fetch(method, path, { headers, ...(body ? { body } : {}) })
    expect(answer.status).toBeLessThan(300)
  }
  const slugs = () => slugsOf(admin, '/api/v1/blog/posts')
  return { world, admin, run, find, change, slugs }
}

describe('a post that was imported', () => {
  it('is known by its source: with another slug it does not come in again', async () => {
    const { run, find, change, slugs } = await importedWorld()
    const { id } = await find('title-0')
    await change('PATCH', `/api/v1/blog/posts/${id}`, { slug: 'renamed' })
    expect(await run(item(0), item(1))).toEqual({ ...NOTHING, skipped: 2 })
    expect(await slugs()).toEqual(['title-1', 'renamed'])
  })

  it('stays deleted when it was deleted, and is listed so', async () => {
    const { run, find, change, slugs } = await importedWorld()
    const { id } = await find('title-0')
    await change('POST', `/api/v1/blog/posts/${id}/unpublish`)
    await change('DELETE', `/api/v1/blog/posts/${id}`)
    const answer = { ...NOTHING, skipped: 1, deleted: ['file-0.md'] }
    expect(await run(item(0), item(1))).toEqual(answer)
    expect(await run(item(0), item(1))).toEqual(answer)
    expect(await slugs()).toEqual(['title-1'])
  })

  it('is known to its tenant alone', async () => {
    const [one, other] = [await importedWorld(), await importedWorld()]
    expect(await other.slugs()).toEqual(await one.slugs())
  })
})

describe('a slug that is taken', () => {
  const reason = (whose: string) => `slug: "title-2" is that of ${whose}`

  it('by a post that somebody wrote is a reason not to come in', async () => {
    const { admin, run, slugs } = await importedWorld()
    const body = { title: 'Title 2', body: 'By hand', publish: true }
    await admin.json('POST', '/api/v1/blog/posts', { body })
    const failed = [{ source: 'file-2.md', reason: reason('another post') }]
    expect(await run(item(2), item(3))).toEqual({ ...NOTHING, created: 1, failed })
    expect(await slugs()).toHaveLength(4)
  })

  it('by a post of another source is one too, on the same page and later', async () => {
    const { run, slugs } = await importedWorld()
    const moved = item(2, { source: 'moved.md' })
    const failed = [{ source: 'moved.md', reason: reason('the post from file-2.md') }]
    expect(await run(item(2), moved)).toEqual({ ...NOTHING, created: 1, failed })
    expect(await run(moved)).toEqual({ ...NOTHING, failed })
    expect(await slugs()).toHaveLength(3)
  })

  it('by a post of an import without sources leads to that post, which is told once', async () => {
    const { world, run, find, change, slugs } = await importedWorld()
    await world.rows('DELETE FROM blog_imports WHERE tenant_id = ?', world.tenantId)
    const adopted = ['file-0.md', 'file-1.md']
    expect(await run(item(0), item(1))).toEqual({ ...NOTHING, skipped: 2, adopted })
    expect(await run(item(0), item(1))).toEqual({ ...NOTHING, skipped: 2 })
    const { id } = await find('title-0')
    await change('PATCH', `/api/v1/blog/posts/${id}`, { slug: 'renamed' })
    expect(await run(item(0), item(1))).toEqual({ ...NOTHING, skipped: 2 })
    expect(await slugs()).toEqual(['title-1', 'renamed'])
  })
})

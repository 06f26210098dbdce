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

describe('an import', () => {
  it('brings in a page in two round trips with authors, categories and dates', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const response = await admin.fetch('POST', IMPORT, {
      body: { items: Array.from({ length: 20 }, (_, index) => item(index)) },
    })
    expect(response.headers.get('server-timing')).toContain('db-trips;desc="2"')
    expect(await response.json()).toEqual({ created: 20, skipped: 0, failed: [] })
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
    const body = { items: [item(0), item(1), item(1, { source: 'again.md' })] }
    const answers = await Promise.all([
      admin.fetch('POST', IMPORT, { body }),
      admin.fetch('POST', IMPORT, { body }),
    ])
    expect(
      answers.map((answer) => answer.status).every((status) => status === 200 || status === 409),
    ).toBe(true)
    expect(await admin.json('POST', IMPORT, { body })).toEqual({
      created: 0,
      skipped: 3,
      failed: [],
    })
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

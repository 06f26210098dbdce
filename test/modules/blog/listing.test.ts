import { describe, expect, it } from 'vitest'
import { type World, createWorld } from '../../support/world.ts'
import { slugsOf, writePost } from './support.ts'

const POSTS = '/api/v1/blog/posts'

/** Published posts a day apart, `p0` the oldest. */
async function publishMany(
  world: World,
  count: number,
  extra: (index: number) => Record<string, unknown> = () => ({}),
) {
  const admin = await world.as('admin')
  for (let index = 0; index < count; index++) {
    const post = await writePost(admin, {
      title: `Post ${index}`,
      slug: `p${index}`,
      ...extra(index),
    })
    const publishAt = new Date(Date.UTC(2020, 0, 1 + index)).toISOString()
    await admin.json('POST', `${POSTS}/${post.id}/publish`, { body: { publishAt } })
  }
  return admin
}

describe('lists of posts', () => {
  it('show published posts to everybody, newest first, and drafts to those who may read them', async () => {
    const world = await createWorld()
    const admin = await publishMany(world, 3)
    await writePost(admin, { slug: 'draft' })
    expect(await slugsOf(world.anonymous, POSTS)).toEqual(['p2', 'p1', 'p0'])
    expect(await slugsOf(admin, `${POSTS}?status=draft`)).toEqual(['draft'])
    expect(await slugsOf(admin, POSTS)).toEqual(['draft', 'p2', 'p1', 'p0'])
  })

  it('tell callers without the permission that they may not ask for drafts', async () => {
    const world = await createWorld()
    const admin = await publishMany(world, 1)
    await writePost(admin, { slug: 'draft' })
    const customer = await world.as('customer')
    const codeOf = async (response: Response) => [
      response.status,
      (await response.json<{ code: string }>()).code,
    ]
    for (const status of ['draft', 'archived']) {
      const path = `${POSTS}?status=${status}`
      // A second time: a refusal is not kept for others.
      for (const _ of ['cold', 'warm'])
        expect(await codeOf(await world.anonymous.fetch('GET', path))).toEqual([
          401,
          'unauthenticated',
        ])
      expect(await codeOf(await customer.fetch('GET', path))).toEqual([403, 'forbidden'])
      expect((await admin.fetch('GET', path)).status).toBe(200)
      const query = `{ posts(status: ${status.toUpperCase()}) { items { slug } } }`
      for (const [client, code] of [
        [world.anonymous, 'UNAUTHENTICATED'],
        [customer, 'FORBIDDEN'],
      ] as const)
        expect((await client.graphql(query)).errors?.[0]?.extensions.code).toBe(code)
    }
    for (const client of [world.anonymous, customer])
      expect(await slugsOf(client, `${POSTS}?status=published`)).toEqual(['p0'])
  })

  it('narrow by category, author, tag and the beginning of the title', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const category = await admin.json<{ id: string }>('POST', '/api/v1/blog/categories', {
      body: { names: { en: 'News' } },
    })
    const author = await admin.json<{ id: string }>('POST', '/api/v1/blog/authors', {
      body: { name: 'Ada L' },
    })
    await publishMany(world, 4, (index) => ({
      title: index % 2 === 0 ? `Éven ${index}` : `odd ${index}`,
      ...(index < 2 ? { categoryId: category.id } : { authorId: author.id }),
      tags: index === 3 ? ['last'] : ['most'],
    }))
    expect(await slugsOf(world.anonymous, `${POSTS}?category=news`)).toEqual(['p1', 'p0'])
    expect(await slugsOf(world.anonymous, `${POSTS}?author=ada-l`)).toEqual(['p3', 'p2'])
    expect(await slugsOf(world.anonymous, `${POSTS}?tag=most`)).toEqual(['p2', 'p1', 'p0'])
    expect(await slugsOf(world.anonymous, `${POSTS}?tag=most&category=news`)).toEqual(['p1', 'p0'])
    expect(await slugsOf(world.anonymous, `${POSTS}?q=eVEN`)).toEqual(['p0', 'p2'])
    expect(await slugsOf(world.anonymous, `${POSTS}?tag=none`)).toEqual([])
  })

  it('go on by a cursor that is worth nothing elsewhere', async () => {
    const world = await createWorld()
    const other = await createWorld()
    await publishMany(world, 5, () => ({ tags: ['t'] }))
    for (const filter of ['', 'tag=t&', 'q=post&']) {
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const suffix: string = cursor === '' ? '' : `&cursor=${cursor}`
        const page: { items: { slug: string }[]; nextCursor: string | null } =
          await world.anonymous.json('GET', `${POSTS}?${filter}limit=2${suffix}`)
        seen.push(...page.items.map((post) => post.slug))
        cursor = page.nextCursor
      }
      expect(seen).toEqual(
        filter.startsWith('q') ? ['p0', 'p1', 'p2', 'p3', 'p4'] : ['p4', 'p3', 'p2', 'p1', 'p0'],
      )
    }
    const { nextCursor } = await world.anonymous.json<{ nextCursor: string }>(
      'GET',
      `${POSTS}?limit=2`,
    )
    const refused = [
      await other.anonymous.fetch('GET', `${POSTS}?cursor=${nextCursor}`),
      await world.anonymous.fetch('GET', `${POSTS}?tag=t&cursor=${nextCursor}`),
      await world.anonymous.fetch('GET', `${POSTS}?cursor=${nextCursor.slice(0, -2)}AA`),
      await world.anonymous.fetch('GET', `${POSTS}?cursor=x`),
    ]
    for (const response of refused) {
      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({ errors: [{ pointer: '/cursor' }] })
    }
  })

  it('hold at most 100 and say so', async () => {
    const world = await createWorld()
    expect((await world.anonymous.fetch('GET', `${POSTS}?limit=100`)).status).toBe(200)
    for (const limit of ['101', '0', '-1', '1.5', 'x', '']) {
      expect((await world.anonymous.fetch('GET', `${POSTS}?limit=${limit}`)).status, limit).toBe(
        422,
      )
    }
  })

  it('know the posts next to a post and those related to it', async () => {
    const world = await createWorld()
    await publishMany(world, 4, (index) => ({
      tags: index === 3 ? ['z'] : ['x', ...(index < 2 ? ['y'] : [])],
    }))
    const { id } = await world.anonymous.json<{ id: string }>('GET', `${POSTS}-by-slug/p1`)
    const near = await world.anonymous.fetch('GET', `${POSTS}/${id}/neighbours`)
    expect(near.headers.get('server-timing')).toContain('db-trips;desc="1"')
    expect(await near.json()).toMatchObject({ previous: { slug: 'p0' }, next: { slug: 'p2' } })
    expect(await slugsOf(world.anonymous, `${POSTS}/${id}/related`)).toEqual(['p0', 'p2'])
    const last = await world.anonymous.json<{ id: string }>('GET', `${POSTS}-by-slug/p3`)
    expect(await world.anonymous.json('GET', `${POSTS}/${last.id}/neighbours`)).toMatchObject({
      next: null,
    })
  })
})

describe('a warm public read', () => {
  it('asks the database nothing, and a change is seen at once', async () => {
    const world = await createWorld()
    const admin = await publishMany(world, 1)
    const path = `${POSTS}-by-slug/p0`
    const trips = async () =>
      (await world.anonymous.fetch('GET', path)).headers.get('server-timing')
    expect(await trips()).toContain('db-trips;desc="1"')
    expect(await trips()).toContain('db-trips;desc="0"')
    const post = await admin.json<{ id: string; version: number }>('GET', path)
    await admin.json('PATCH', `${POSTS}/${post.id}`, {
      body: { title: 'New' },
      headers: { 'if-match': `"${post.version}"` },
    })
    expect(await world.anonymous.json('GET', path)).toMatchObject({ title: 'New' })
  })

  it('is asked again after its time, and answers 304 to those who have it', async () => {
    const world = await createWorld()
    await publishMany(world, 1)
    const path = `${POSTS}-by-slug/p0`
    const first = await world.anonymous.fetch('GET', path)
    const etag = first.headers.get('etag') ?? ''
    const cached = await world.anonymous.fetch('GET', path, { headers: { 'if-none-match': etag } })
    expect([cached.status, await cached.text(), cached.headers.get('etag')]).toEqual([
      304,
      '',
      etag,
    ])
    world.clock.advance(10_001)
    const later = await world.anonymous.fetch('GET', path)
    expect(later.headers.get('server-timing')).toContain('db-trips;desc="1"')
  })
})

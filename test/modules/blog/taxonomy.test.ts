import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { ifMatch, writePost } from './support.ts'

interface Thing {
  readonly id: string
  readonly slug: string
  readonly version: number
}

describe('authors', () => {
  it('are added, changed with the version seen, and deleted while no post names them', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const author = await admin.json<Thing>('POST', '/api/v1/blog/authors', {
      body: { name: 'Ada Lovelace' },
    })
    expect(author).toMatchObject({ slug: 'ada-lovelace', version: 1 })
    const path = `/api/v1/blog/authors/${author.id}`
    const post = await writePost(admin, { authorId: author.id })
    expect((await admin.fetch('DELETE', path, { headers: ifMatch(1) })).status).toBe(409)
    await admin.json('PATCH', path, { body: { name: 'Ada King' }, headers: ifMatch(1) })
    expect(await admin.json('GET', `/api/v1/blog/posts/${post.id}`)).toMatchObject({
      author: { name: 'Ada King' },
    })
    expect(
      (await admin.fetch('PATCH', path, { body: { name: 'X' }, headers: ifMatch(1) })).status,
    ).toBe(412)
    await admin.json('DELETE', `/api/v1/blog/posts/${post.id}`, { headers: ifMatch(1) })
    expect((await admin.fetch('DELETE', path, { headers: ifMatch(2) })).status).toBe(204)
    expect((await world.anonymous.fetch('GET', path)).status).toBe(404)
  })

  it('may have names that no Latin slug can be made of', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const author = await admin.json<Thing>('POST', '/api/v1/blog/authors', {
      body: { name: '夏目漱石' },
    })
    expect(author.slug).toMatch(/^[a-z0-9-]+$/)
  })
})

describe('categories', () => {
  it('make a tree without cycles, at most ten levels deep', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const chain: Thing[] = []
    for (let level = 1; level <= 10; level++) {
      const parentId = chain.at(-1)?.id ?? null
      chain.push(
        await admin.json<Thing>('POST', '/api/v1/blog/categories', {
          body: { names: { en: `L${level}` }, parentId },
        }),
      )
    }
    const [top] = chain
    const bottom = chain.at(-1)
    const deeper = await admin.fetch('POST', '/api/v1/blog/categories', {
      body: { names: { en: 'L11' }, parentId: bottom?.id },
    })
    expect([deeper.status, await deeper.json()]).toMatchObject([422, { code: 'blog.parent_cycle' }])
    const cycle = await admin.fetch('PATCH', `/api/v1/blog/categories/${top?.id}`, {
      body: { parentId: bottom?.id },
      headers: ifMatch(1),
    })
    expect([cycle.status, await cycle.json()]).toMatchObject([422, { code: 'blog.parent_cycle' }])
    const unknown = await admin.fetch('POST', '/api/v1/blog/categories', {
      body: { names: { en: 'X' }, parentId: world.tenantId },
    })
    expect([unknown.status, await unknown.json()]).toMatchObject([
      422,
      { code: 'blog.parent_unknown' },
    ])
    expect(
      (await admin.fetch('DELETE', `/api/v1/blog/categories/${top?.id}`, { headers: ifMatch(1) }))
        .status,
    ).toBe(409)
    expect(
      (await world.anonymous.json<{ items: Thing[] }>('GET', '/api/v1/blog/categories')).items,
    ).toHaveLength(10)
  })

  it('show their name in the reader’s locale', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    await admin.json('PUT', '/api/v1/tenant/locales/de', { body: { fallback: 'en' } })
    const category = await admin.json<Thing>('POST', '/api/v1/blog/categories', {
      body: { names: { en: 'News', de: 'Neues' } },
    })
    const post = await writePost(admin, { categoryId: category.id })
    expect(await admin.json('GET', `/api/v1/blog/posts/${post.id}?locale=de`)).toMatchObject({
      category: { name: 'Neues' },
    })
    expect(await admin.json('GET', `/api/v1/blog/posts/${post.id}`)).toMatchObject({
      category: { name: 'News' },
    })
  })
})

describe('tags', () => {
  it('come with posts, keep their slug when renamed, and go when unused', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const post = await writePost(admin, { tags: ['Edge'], publish: true })
    const { items } = await world.anonymous.json<{ items: Thing[] }>('GET', '/api/v1/blog/tags')
    const path = `/api/v1/blog/tags/${items[0]?.id}`
    expect(await admin.json('PATCH', path, { body: { name: 'The Edge' } })).toMatchObject({
      slug: 'edge',
      name: 'The Edge',
    })
    const used = await admin.fetch('DELETE', path)
    expect([used.status, await used.json()]).toMatchObject([409, { code: 'blog.in_use' }])
    await admin.json('PATCH', `/api/v1/blog/posts/${post.id}`, {
      body: { tags: [] },
      headers: ifMatch(2),
    })
    expect((await admin.fetch('DELETE', path)).status).toBe(204)
    expect(await world.anonymous.json('GET', '/api/v1/blog/tags')).toEqual({
      items: [],
      nextCursor: null,
    })
  })
})

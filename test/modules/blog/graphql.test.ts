import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { writePost } from './support.ts'

const CREATE = `mutation ($input: CreatePostInput!) { createPost(input: $input) { id slug status version author { name } } }`

describe('the blog over GraphQL', () => {
  it('writes and reads as REST does', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const created = await admin.graphql<{ createPost: { id: string } }>(CREATE, {
      input: { title: 'Hello', body: '*hi*', publish: true },
    })
    const id = created.data?.createPost.id
    expect(created).toMatchObject({
      data: { createPost: { slug: 'hello', status: 'PUBLISHED', version: 2 } },
    })
    const rest = await world.anonymous.json('GET', `/api/v1/blog/posts/${id}`)
    const { data } = await world.anonymous.graphql<{ post: object }>(
      'query ($id: ID!) { post(id: $id) { id title slug excerpt html body version publishedAt availableLocales } }',
      { id },
    )
    expect(rest).toMatchObject(data?.post ?? {})
  })

  it('tells errors by the same codes', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    await writePost(admin, { slug: 'same' })
    const code = async (query: string, variables: Record<string, unknown>, client = admin) =>
      (await client.graphql(query, variables)).errors?.[0]?.extensions.code
    expect(await code(CREATE, { input: { title: 'A', body: 'b', slug: 'same' } })).toBe(
      'BLOG_SLUG_TAKEN',
    )
    expect(await code(CREATE, { input: { title: '', body: 'b' } })).toBe('INVALID_INPUT')
    expect(await code(CREATE, { input: { title: 'A', body: 'b' } }, world.anonymous)).toBe(
      'UNAUTHENTICATED',
    )
    expect(
      await code(CREATE, { input: { title: 'A', body: 'b' } }, await world.as('customer')),
    ).toBe('FORBIDDEN')
    const stale =
      'mutation ($id: ID!) { updatePost(id: $id, version: 9, input: { title: "B" }) { id } }'
    const { id } = await writePost(admin, { slug: 'other' })
    expect(await code(stale, { id })).toBe('PRECONDITION_FAILED')
  })

  it('lists twenty with authors in one round trip, with bodies in two', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const author = await admin.json<{ id: string }>('POST', '/api/v1/blog/authors', {
      body: { name: 'Ada' },
    })
    for (let index = 0; index < 20; index++)
      await writePost(admin, { slug: `p${index}`, authorId: author.id, publish: true })
    const trips = async (fields: string) => {
      const body = { query: `{ posts(limit: 20) { items { ${fields} } } }` }
      const response = await world.anonymous.fetch('POST', '/graphql', { body })
      const { data } = await response.json<{ data: { posts: { items: unknown[] } } }>()
      expect(data.posts.items).toHaveLength(20)
      return response.headers.get('server-timing')
    }
    expect(await trips('title author { name } category { name } tags { name }')).toContain(
      'db-trips;desc="1"',
    )
    expect(await trips('title body html')).toContain('db-trips;desc="2"')
  })

  it('answers a repeated idempotency key once for each field of the mutation', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const query = `mutation { a: createPost(input: { title: "A", body: "a" }) { id } b: createPost(input: { title: "B", body: "b" }) { id } }`
    const headers = { 'idempotency-key': 'k-1' }
    const first = await admin.graphql(query, {}, headers)
    expect(first.errors).toBeUndefined()
    expect(await admin.graphql(query, {}, headers)).toEqual(first)
    const list = await admin.json<{ items: unknown[] }>('GET', '/api/v1/blog/posts')
    expect(list.items).toHaveLength(2)
  })

  it('is not there for a tenant that has switched the blog off', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    await admin.json('POST', '/api/v1/tenant/modules/blog/disable')
    expect((await world.anonymous.fetch('GET', '/api/v1/blog/posts')).status).toBe(404)
    const { data } = await world.anonymous.graphql('{ posts { items { id } } }')
    expect(data).toEqual({ posts: null })
  })
})

import { describe, expect, it } from 'vitest'
import { graphqlLimits } from '../../../src/app/graphql/limits.ts'
import { type World, createWorld } from '../../support/world.ts'
import { writePost } from './support.ts'

interface Answer {
  readonly data?: { posts: { items: Record<string, string>[] } } | null
  readonly errors?: { extensions: { code: string; limit?: string } }[]
}

const names = (count: number, field: string): string =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')

/** A world with so many published posts of a body of so many characters. */
async function worldOf(posts: number, bodyLength: number): Promise<World> {
  const world = await createWorld()
  const admin = await world.as('admin')
  const body = 'word '.repeat(bodyLength / 5)
  for (let index = 0; index < posts; index++)
    await writePost(admin, { slug: `p${index}`, body, publish: true })
  return world
}

async function ask(world: World, query: string) {
  const response = await world.anonymous.fetch('POST', '/graphql', { body: { query } })
  const { data, errors } = await response.json<Answer>()
  const [error] = errors ?? []
  const { code, limit } = error?.extensions ?? {}
  const cost = response.headers.get('server-timing')
  return { status: response.status, cost, items: data?.posts.items, code, limit }
}

describe('the texts of posts over GraphQL', () => {
  it('are read once however often they are asked for', async () => {
    const world = await worldOf(1, 100)
    const once = await ask(world, '{ posts(limit: 1) { items { html } } }')
    const often = await ask(world, `{ posts(limit: 1) { items { ${names(30, 'html')} body } } }`)
    expect(Object.keys(often.items?.[0] ?? {})).toHaveLength(31)
    expect(often.items?.[0]?.['a29']).toBe(once.items?.[0]?.['html'])
    expect(often.cost).toBe(once.cost)
  })

  it('are read once by root fields that name the same post', async () => {
    const world = await worldOf(1, 100)
    const fields = '{ items { html } }'
    const { cost } = await ask(
      world,
      `{ posts(limit: 1) { items { id } } b: posts(limit: 2) ${fields} }`,
    )
    const both = await ask(world, `{ posts(limit: 1) ${fields} b: posts(limit: 2) ${fields} }`)
    expect(both.cost).toBe(cost)
  })

  it('make a page expensive, so that a long one with texts is refused', async () => {
    const world = await worldOf(0, 0)
    const page = async (limit: number, fields: string) =>
      (await ask(world, `{ posts(limit: ${limit}) { items { ${fields} } } }`)).limit
    expect(await page(100, 'title')).toBeUndefined()
    expect(await page(20, 'title html author { name }')).toBeUndefined()
    expect(await page(10, 'body html author { name }')).toBeUndefined()
    expect(await page(100, 'html')).toBe('cost')
    expect(await page(100, 'body')).toBe('cost')
    expect(await page(10, names(10, 'html'))).toBe('cost')
  })

  it('are refused when an answer would hold too much of them', async () => {
    const world = await worldOf(3, 700_000)
    const { items, code } = await ask(world, '{ posts(limit: 3) { items { html body } } }')
    expect([items?.length, code]).toEqual([3, undefined])
    const refused = await ask(world, `{ posts(limit: 3) { items { ${names(7, 'html')} } } }`)
    expect(refused).toMatchObject({ status: 400, code: 'GRAPHQL_LIMIT_EXCEEDED', limit: 'text' })
    expect(3 * 7 * 700_000).toBeGreaterThan(graphqlLimits.text)
  })
})

describe('a locale that is none', () => {
  const id = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'

  it.for([
    `post(id: "${id}", locale: "DE_de") { id }`,
    'postBySlug(slug: "a", locale: "!!") { id }',
    `postNeighbours(id: "${id}", locale: "!!") { next { id } }`,
    `relatedPosts(id: "${id}", locale: "!!") { id }`,
    'posts(locale: "!!") { nextCursor }',
  ])('is refused as over REST: %s', async (field) => {
    const world = await createWorld()
    const { errors } = await world.anonymous.graphql(`{ ${field} }`)
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      status: 422,
      errors: [{ pointer: '/locale' }],
    })
  })
})

describe('the account of an author', () => {
  it('is told to those who manage authors, over REST and GraphQL', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { userId } = admin
    const { id } = await admin.json<{ id: string }>('POST', '/api/v1/blog/authors', {
      body: { name: 'Ada', userId },
    })
    const query = '{ authors { items { userId } } author(id: "' + id + '") { userId } }'
    for (const [client, told] of [
      [admin, userId],
      [await world.as('customer'), null],
      [world.anonymous, null],
    ] as const) {
      const rest = await client.json<{ userId: unknown }>('GET', `/api/v1/blog/authors/${id}`)
      const list = await client.json<{ items: object[] }>('GET', '/api/v1/blog/authors')
      expect([rest.userId, list.items]).toMatchObject([told, [{ userId: told }]])
      expect((await client.graphql(query)).data).toEqual({
        authors: { items: [{ userId: told }] },
        author: { userId: told },
      })
    }
  })

  it('stays when somebody changes the rest of the author', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { userId } = admin
    const { id } = await admin.json<{ id: string }>('POST', '/api/v1/blog/authors', {
      body: { name: 'Ada', userId },
    })
    const changed = await admin.json('PATCH', `/api/v1/blog/authors/${id}`, {
      body: { name: 'Ada L.' },
      headers: { 'if-match': '"1"' },
    })
    expect(changed).toMatchObject({ name: 'Ada L.', userId })
  })
})

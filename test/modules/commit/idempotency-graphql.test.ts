import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, type World, createWorld } from '../../support/world.ts'
import { tracesOf } from './support.ts'

let sequence = 0
const keyed = (key = `key-${sequence++}`) => ({ 'idempotency-key': key })

const create =
  'mutation ($input: CreatePostInput!) { createPost(input: $input) { id title version } }'
const input = (title: string) => ({ input: { title, body: 'text' } })

describe('a GraphQL mutation with an idempotency key', () => {
  let world: World
  let manager: Client
  beforeAll(async () => {
    world = await createWorld()
    manager = await world.as('manager')
  })

  it('has the same answer when it comes again, and no second effect', async () => {
    const headers = keyed()
    const first = await manager.graphql(create, input('Twice'), headers)
    expect(first.errors).toBeUndefined()
    const before = await tracesOf(world)
    expect(await manager.graphql(create, input('Twice'), headers)).toEqual(first)
    expect(await tracesOf(world)).toEqual(before)
  })

  it('has the same answer when what it changed does not allow it a second time', async () => {
    const { data } = await manager.graphql<{ createPost: { id: string } }>(create, input('Once'))
    const publish = 'mutation ($id: ID!) { publishPost(id: $id, version: 1) { id status version } }'
    const headers = keyed()
    const first = await manager.graphql(publish, { id: data?.createPost.id }, headers)
    expect(first.data).toMatchObject({ publishPost: { status: 'PUBLISHED', version: 2 } })
    expect(await manager.graphql(publish, { id: data?.createPost.id }, headers)).toEqual(first)
  })

  it('has the same answer when what it deleted is gone', async () => {
    const { data } = await manager.graphql<{ createPost: { id: string } }>(create, input('To go'))
    const remove = 'mutation ($id: ID!) { deletePost(id: $id, version: 1) }'
    const headers = keyed()
    const first = await manager.graphql(remove, { id: data?.createPost.id }, headers)
    expect(first).toEqual({ data: { deletePost: true } })
    expect(await manager.graphql(remove, { id: data?.createPost.id }, headers)).toEqual(first)
  })

  it('is refused when the key was used for another document or other variables', async () => {
    const headers = keyed()
    await manager.graphql(create, input('Mine'), headers)
    const before = await tracesOf(world)
    const { data, errors } = await manager.graphql(create, input('Another'), headers)
    expect(data).toEqual({ createPost: null })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH', status: 422 })
    expect(await tracesOf(world)).toEqual(before)
  })

  it('shares its key with the other mutations of the document, each having its own part', async () => {
    const two = `mutation ($a: CreatePostInput!, $b: CreatePostInput!) {
      a: createPost(input: $a) { id } b: createPost(input: $b) { id } }`
    const variables = { a: input('Left').input, b: input('Right').input }
    const headers = keyed()
    const first = await manager.graphql<{ a: { id: string }; b: { id: string } }>(
      two,
      variables,
      headers,
    )
    expect(first.data?.a.id).not.toBe(first.data?.b.id)
    expect(await manager.graphql(two, variables, headers)).toEqual(first)
  })

  it('spends no key when it is refused', async () => {
    const headers = keyed()
    const before = await tracesOf(world)
    const refused = await manager.graphql(create, input(''), headers)
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await tracesOf(world)).toEqual(before)
    const { errors } = await manager.graphql(create, input('Better'), headers)
    expect(errors).toBeUndefined()
  })

  it('is refused with 400 when the key is too long', async () => {
    const answer = await manager.fetch('POST', '/graphql', {
      body: { query: create, variables: input('Long') },
      headers: keyed('k'.repeat(256)),
    })
    expect(answer.status).toBe(400)
  })

  it('has one effect when twenty come at once', async () => {
    const own = await createWorld()
    const editor = await own.as('manager')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => editor.graphql(create, input('Crowd'), keyed('crowd'))),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]?.errors).toBeUndefined()
    const posts = await own.rows('SELECT id FROM blog_posts WHERE tenant_id = ?', own.tenantId)
    expect(posts).toHaveLength(1)
  })

  it('does not keep a query with the same key from being answered', async () => {
    const headers = keyed()
    await manager.graphql(create, input('Asked'), headers)
    const { errors } = await manager.graphql('{ posts { items { id } } }', {}, headers)
    expect(errors).toBeUndefined()
  })
})

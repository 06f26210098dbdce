import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'

const accept = { accept: 'application/graphql-response+json' }

describe('the schema', () => {
  const introspection = '{ __schema { queryType { name } } }'

  it('is told to those who have signed in and to nobody else', async () => {
    const world = await createWorld()
    const refused = await world.anonymous.graphql(introspection)
    expect(refused.errors?.[0]?.extensions.code).toBe('GRAPHQL_INTROSPECTION_DISABLED')
    const { data } = await (await world.as('customer')).graphql(introspection)
    expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } })
  })

  it('is told to anybody in development', async () => {
    const world = await createWorld({ env: { APP_ENV: 'development' } })
    const { data } = await world.anonymous.graphql(introspection)
    expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } })
  })
})

describe('HEAD', () => {
  it('answers what GET does without the body', async () => {
    const world = await createWorld()
    const path = `/graphql?query=${encodeURIComponent('{ posts { items { id } } }')}`
    const get = await world.anonymous.fetch('GET', path, { headers: accept })
    const head = await world.anonymous.fetch('HEAD', path, { headers: accept })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(get.status).toBe(200)
    for (const name of ['content-type', 'cache-control', 'server-timing'])
      expect(head.headers.get(name), name).toBe(get.headers.get(name))
  })

  it('is allowed as other methods that are refused are told', async () => {
    const world = await createWorld()
    const refused = await world.anonymous.fetch('PUT', '/graphql')
    expect(refused.status).toBe(405)
    expect(refused.headers.get('allow')?.split(', ').toSorted()).toEqual([
      'GET',
      'HEAD',
      'OPTIONS',
      'POST',
    ])
  })

  it('runs no mutation', async () => {
    const world = await createWorld()
    const path = `/graphql?query=${encodeURIComponent('mutation { deletePost(id: "x") }')}`
    const head = await world.anonymous.fetch('HEAD', path, { headers: accept })
    expect([head.status, head.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

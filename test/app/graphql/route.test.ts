import { describe, expect, it } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import { anotherIsolate, programOf, tripsOf } from '../../modules/api-keys/support.ts'
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

describe('an answer that needs no data', () => {
  const path = '/graphql?query=%7B__typename%7D'

  it('costs anonymous callers no round trip, and goes to no session that has ended', async () => {
    const world = await createWorld()
    const open = await world.anonymous.fetch('GET', path, { headers: accept })
    expect([open.status, tripsOf(open)]).toEqual([200, 0])
    const customer = await world.as('customer')
    expect((await customer.fetch('GET', path, { headers: accept })).status).toBe(200)
    await customer.fetch('POST', '/api/v1/auth/logout')
    expect((await customer.fetch('GET', path, { headers: accept })).status).toBe(401)
  })

  it('goes to no key that was revoked, also in an isolate that has known it before', async () => {
    const world = await createWorld()
    const { id, key } = await programOf(world)
    const other = anotherIsolate(world)
    const headers = { ...accept, authorization: `Bearer ${key}` }
    const there = async () =>
      (await serve(other, new Request(`${world.origin}${path}`, { headers }))).status
    expect(await there()).toBe(200)
    await (await world.as('admin')).json('POST', `/api/v1/keys/${id}/revoke`)
    expect(await there()).toBe(401)
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

import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'

const body = { documentId: 'latestPosts', variables: { limit: 1 } }

describe('trusted documents', () => {
  it('are executed by their id beside any other document', async () => {
    const world = await createWorld()
    const answer = await world.anonymous.json('POST', '/graphql', { body })
    expect(answer).toEqual({ data: { posts: { items: [], nextCursor: null } } })
    const unknown = await world.anonymous.json('POST', '/graphql', {
      body: { documentId: 'other' },
    })
    expect(unknown).toMatchObject({ errors: [{ extensions: {} }] })
    expect(unknown).not.toHaveProperty('data')
  })

  it('are the only ones where the deployment says so', async () => {
    const world = await createWorld({ env: { GRAPHQL_TRUSTED_ONLY: 'true' } })
    expect(await world.anonymous.json('POST', '/graphql', { body })).toMatchObject({ data: {} })
    const free = await world.anonymous.json('POST', '/graphql', {
      body: { query: '{ __typename }' },
    })
    expect(free).toMatchObject({ errors: [{ extensions: {} }] })
    expect(free).not.toHaveProperty('data')
  })
})

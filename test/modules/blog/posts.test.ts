import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'

describe('posts', () => {
  it('is written, published and read by anybody with no database trip once warm', async () => {
    const world = await createWorld()
    const manager = await world.as('manager')
    const created = await manager.fetch('POST', '/api/v1/blog/posts', {
      body: { title: 'Hello world', body: '# Hi\n\ntext', tags: ['One', 'Two'] },
    })
    const text = await created.text()
    expect(created.status, text).toBe(201)
    expect(created.headers.get('server-timing')).toContain('db-trips;desc="1"')
    const post = JSON.parse(text)
    expect((await world.anonymous.fetch('GET', `/api/v1/blog/posts/${post.id}`)).status).toBe(404)
    const published = await manager.fetch('POST', `/api/v1/blog/posts/${post.id}/publish`, {
      body: {},
    })
    expect(published.status, await published.clone().text()).toBe(200)
    const read = await world.anonymous.fetch('GET', '/api/v1/blog/posts/by-slug/hello-world')
    expect(read.status, await read.clone().text()).toBe(200)
    const warm = await world.anonymous.fetch('GET', '/api/v1/blog/posts/by-slug/hello-world')
    expect(warm.headers.get('server-timing')).toContain('db-trips;desc="0"')
    expect(await warm.json()).toMatchObject({
      title: 'Hello world',
      tags: [{ slug: 'one' }, { slug: 'two' }],
    })
    const list = await world.anonymous.json<{ items: unknown[] }>(
      'GET',
      '/api/v1/blog/posts?tag=one',
    )
    expect(list.items).toHaveLength(1)
    const graphql = await world.anonymous.graphql(
      '{ posts { items { title body author { name } } nextCursor } }',
    )
    expect(graphql).toEqual({
      data: {
        posts: {
          items: [{ title: 'Hello world', body: '# Hi\n\ntext', author: null }],
          nextCursor: null,
        },
      },
    })
  })
})

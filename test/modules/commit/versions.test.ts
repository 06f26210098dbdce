import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { createFaultyWorld, tagOf } from './support.ts'

describe('of twenty writers who hold one version', () => {
  it('exactly one is let through and the others are told 412', async () => {
    const world = await createWorld()
    const manager = await world.as('manager')
    const created = await manager.fetch('POST', '/api/v1/blog/posts', {
      body: { title: 'Wanted by many', body: 'text' },
    })
    const { id } = await created.json<{ id: string }>()
    const path = `/api/v1/blog/posts/${id}`
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, writer) =>
        manager.fetch('PATCH', path, {
          body: { title: `By ${writer}` },
          headers: { 'if-match': tagOf(created) },
        }),
      ),
    )
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b)
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 412)])
    const winner = answers.findIndex(({ status }) => status === 200)
    expect(await manager.json('GET', path)).toMatchObject({ title: `By ${winner}`, version: 2 })
    const audited = await world.auditOf(id)
    expect(audited).toEqual(['blog.post.created', 'blog.post.updated'])
  }, 30_000)

  it('the one who was overtaken between reading and writing is told 412 too', async () => {
    const world = await createFaultyWorld()
    const manager = await world.as('manager')
    const created = await manager.fetch('POST', '/api/v1/blog/posts', {
      body: { title: 'Overtaken', body: 'text' },
    })
    const { id } = await created.json<{ id: string }>()
    const path = `/api/v1/blog/posts/${id}`
    const change = (title: string) =>
      manager.fetch('PATCH', path, { body: { title }, headers: { 'if-match': tagOf(created) } })
    let overtake = () => {}
    const until = new Promise<void>((resolve) => (overtake = resolve))
    let writes = 0
    world.driver.fault = ({ mode }) =>
      mode === 'write' && ++writes === 1 ? { kind: 'slow', until } : undefined
    const slow = change('Slow')
    while (writes === 0) await new Promise((resolve) => setTimeout(resolve, 0))
    expect((await change('Fast')).status).toBe(200)
    overtake()
    const refused = await slow
    expect(refused.status).toBe(412)
    expect(await manager.json('GET', path)).toMatchObject({ title: 'Fast', version: 2 })
  })
})

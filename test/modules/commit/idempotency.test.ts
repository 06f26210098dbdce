import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, PASSWORD, type World, createWorld } from '../../support/world.ts'
import { tracesOf } from './support.ts'

const POSTS = '/api/v1/blog/posts'
const DAY = 86_400_000

let sequence = 0
const newKey = () => `key-${sequence++}`
const post = (title: string) => ({ title, body: 'text' })

const send = (client: Client, key: string, body: unknown, path = POSTS) =>
  client.fetch('POST', path, { body, headers: { 'idempotency-key': key } })

describe('a request with an idempotency key', () => {
  let world: World
  let manager: Client
  beforeAll(async () => {
    world = await createWorld()
    manager = await world.as('manager')
  })

  it('is answered with the same status and bytes when it comes again, and changes nothing', async () => {
    const key = newKey()
    const first = await send(manager, key, post('Same bytes'))
    expect(first.status).toBe(201)
    expect(first.headers.has('idempotency-replayed')).toBe(false)
    const before = await tracesOf(world)
    const again = await send(manager, key, post('Same bytes'))
    expect(again.status).toBe(201)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    for (const name of ['etag', 'location', 'content-type', 'content-language'])
      expect(again.headers.get(name)).toBe(first.headers.get(name))
    expect(await again.text()).toBe(await first.text())
    expect(await tracesOf(world)).toEqual(before)
  })

  it('that answers without a body comes again without one', async () => {
    const created = await manager.fetch('POST', POSTS, { body: post('To go') })
    const { id } = await created.json<{ id: string }>()
    const remove = () =>
      manager.fetch('DELETE', `${POSTS}/${id}`, {
        headers: { 'idempotency-key': 'gone', 'if-match': created.headers.get('etag') ?? '' },
      })
    expect((await remove()).status).toBe(204)
    const again = await remove()
    expect([again.status, await again.text()]).toEqual([204, ''])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })

  it('still has its answer after the state has moved on, and a day later', async () => {
    const own = await createWorld()
    const editor = await own.as('manager')
    const { id } = await editor.json<{ id: string }>('POST', POSTS, { body: post('Moves on') })
    const publish = (headers: Record<string, string> = {}) =>
      editor.fetch('POST', `${POSTS}/${id}/publish`, {
        body: {},
        headers: { 'idempotency-key': 'publish', ...headers },
      })
    const first = await (await publish()).text()
    await editor.json('POST', `${POSTS}/${id}/unpublish`)
    expect(await (await publish()).text()).toBe(first)
    own.clock.advance(DAY)
    const { accessToken } = await own.anonymous.json('POST', '/api/v1/auth/login', {
      body: { email: `manager@${own.slug}.example`, password: PASSWORD },
    })
    const later = await publish({ authorization: `Bearer ${String(accessToken)}` })
    expect([later.status, await later.text()]).toEqual([200, first])
  })

  it('is refused with 422 when the key was used for another body, target or version', async () => {
    const key = newKey()
    const { id } = await (await send(manager, key, post('Mine'))).json<{ id: string }>()
    const before = await tracesOf(world)
    const refused = await send(manager, key, post('Another'))
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ code: 'idempotency_mismatch' })
    const path = `${POSTS}/${id}/publish`
    expect((await send(manager, newKey(), {}, path)).status).toBe(200)
    expect((await send(manager, key, post('Mine'), `${POSTS}?locale=en`)).status).toBe(422)
    expect((await tracesOf(world)).keys).toBe(before.keys + 1)
  })

  it.each([
    ['of 255 characters', 'k'.repeat(255), 201],
    ['of 256 characters', 'k'.repeat(256), 400],
    ['that is empty', '', 400],
    ['with a tab', 'a\tb', 400],
    ['with a control character', 'a\u0001b', 400],
    ['with letters beyond ASCII', 'clé', 400],
  ])('%s is told what a key may be: %#', async (_, key, status) => {
    const before = await tracesOf(world)
    const answer = await send(manager, key, post('Key'))
    expect(answer.status).toBe(status)
    if (status === 201) return
    expect(await answer.json()).toMatchObject({ code: 'bad_request', status: 400 })
    expect(await tracesOf(world)).toEqual(before)
  })

  it('has an effect of its own in another tenant, for another caller and on another route', async () => {
    const key = newKey()
    const [other, admin] = [await createWorld(), await world.as('admin')]
    const answers = [
      await send(manager, key, post('One')),
      await send(await other.as('manager'), key, post('One')),
      await send(admin, key, post('One more')),
      await send(admin, key, { name: 'One' }, '/api/v1/blog/authors'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(answers.some(({ headers }) => headers.has('idempotency-replayed'))).toBe(false)
    const ids = await Promise.all(answers.map((answer) => answer.json<{ id: string }>()))
    expect(new Set(ids.map(({ id }) => id)).size).toBe(4)
  })

  it.each([
    ['by validation', { title: '' }, 422],
    ['as not JSON', '{', 400],
    ['by a rule', { ...post('Taken'), categoryId: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11' }, 422],
  ])('does not spend its key when it is refused %s', async (_, body, status) => {
    const key = newKey()
    const before = await tracesOf(world)
    expect((await send(manager, key, body)).status).toBe(status)
    expect(await tracesOf(world)).toEqual(before)
    expect((await send(manager, key, post(`After ${status} ${key}`))).status).toBe(201)
  })

  it('does not hand its answer to somebody whose session has ended', async () => {
    const own = await createWorld()
    const editor = await own.as('manager')
    expect((await send(editor, 'mine', post('Secret'))).status).toBe(201)
    await editor.fetch('POST', '/api/v1/auth/logout')
    expect((await send(editor, 'mine', post('Secret'))).status).toBe(401)
  })

  it('has one effect when twenty come at once, in each of twenty rounds', async () => {
    const own = await createWorld()
    const editor = await own.as('manager')
    const ids = new Set<string>()
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send(editor, `round-${round}`, post(`Round ${round}`))),
      )
      const bodies = await Promise.all(answers.map((answer) => answer.text()))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
      expect(new Set(bodies).size).toBe(1)
      expect(answers.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(19)
      ids.add(JSON.parse(bodies[0] ?? '').id)
    }
    expect(ids.size).toBe(20)
    const posts = await own.rows('SELECT id FROM blog_posts WHERE tenant_id = ?', own.tenantId)
    expect(posts).toHaveLength(20)
  }, 60_000)
})

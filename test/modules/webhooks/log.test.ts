import { beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { bodyOf, isWanted, scrubbed } from '../../../src/modules/webhooks/domain.ts'
import { sweepLog } from '../../../src/modules/webhooks/deliveries/service/sweep.ts'
import type { World } from '../../support/world.ts'
import {
  deliveriesTo,
  deliveryTo,
  happen,
  makeEndpoint,
  sinkName,
  sinkTarget,
  takenBy,
  webhookWorld,
} from './support.ts'

let world: World

beforeAll(async () => {
  world = await webhookWorld()
})

const DAY = 86_400_000
const path = '/api/v1/webhooks'

describe('the log of deliveries', () => {
  it('W8: tells status, latency and answer, cut and without secrets', async () => {
    const { id } = await makeEndpoint(world, { url: sinkTarget(sinkName(), 'secrets') })
    await happen(world)
    await world.drain()
    const delivery = await deliveryTo(world, id)
    expect(delivery).toMatchObject({ state: 'succeeded', status: 200, attempts: 1, error: null })
    expect(delivery.latencyMs).toBeGreaterThanOrEqual(0)
    const answer = delivery.log[0]?.answer ?? ''
    expect(answer).toContain('"ok":true')
    expect(answer).not.toMatch(/hidden|aGlkZGVuLTI/)
    expect(answer.length).toBe(limits.webhooks.answerKept)
  })

  it('W8: is searched by endpoint, type, state and time, page by page', async () => {
    const own = await webhookWorld()
    const good = await makeEndpoint(own, { url: sinkTarget(sinkName()) })
    const bad = await makeEndpoint(own, { url: sinkTarget(sinkName(), '500') })
    for (let count = 0; count < 3; count += 1) {
      await happen(own)
      await own.drain()
      own.clock.advance(1_000)
    }
    const since = new Date(own.clock.now()).toISOString()
    own.clock.advance(1_000)
    await happen(own)
    await own.drain()
    const admin = await own.as('admin')
    const list = async (query: Record<string, string>) =>
      admin.json<{ items: { id: string; state: string }[]; nextCursor: string | null }>(
        'GET',
        `${path}/deliveries?${new URLSearchParams(query).toString()}`,
      )
    expect((await list({})).items).toHaveLength(8)
    expect((await list({ endpointId: good.id })).items).toHaveLength(4)
    expect((await list({ state: 'pending' })).items).toHaveLength(4)
    expect((await list({ state: 'succeeded', endpointId: bad.id })).items).toEqual([])
    expect((await list({ type: 'blog.author.created' })).items).toHaveLength(8)
    expect((await list({ type: 'blog.author.updated' })).items).toEqual([])
    expect((await list({ since })).items).toHaveLength(2)
    expect((await list({ until: since })).items).toHaveLength(6)
    const first = await list({ limit: '5' })
    const rest = await list({ limit: '5', cursor: first.nextCursor ?? '' })
    expect(new Set([...first.items, ...rest.items].map(({ id }) => id)).size).toBe(8)
    expect(rest.nextCursor).toBeNull()
  })

  it('W8: lets one be sent again under the same id, and not while it is on its way', async () => {
    const own = await webhookWorld()
    const name = sinkName()
    const { id } = await makeEndpoint(own, { url: sinkTarget(name) })
    await happen(own)
    const admin = await own.as('admin')
    await own.drain()
    const delivery = await deliveryTo(own, id)
    const resend = () => admin.fetch('POST', `${path}/deliveries/${delivery.id}/resend`)
    expect((await resend()).status).toBe(202)
    const refused = await resend()
    expect(await refused.json()).toMatchObject({ status: 409, code: 'webhooks.delivery_pending' })
    await own.drain()
    const taken = await takenBy(name)
    expect(taken).toHaveLength(2)
    expect(new Set(taken.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect((await deliveryTo(own, id)).log).toHaveLength(2)
    expect(await own.auditOf(delivery.id)).toEqual(['webhooks.delivery.resent'])
  })

  it('W8: lets all that failed since an instant be sent again', async () => {
    const own = await webhookWorld()
    const name = sinkName()
    const { id } = await makeEndpoint(own, { url: sinkTarget(name, '410') })
    for (let count = 0; count < 3; count += 1) await happen(own)
    await own.drain()
    const admin = await own.as('admin')
    const since = { since: new Date(own.clock.now() - 1_000).toISOString() }
    const resend = (body: object) =>
      admin.fetch('POST', `${path}/endpoints/${id}/resend-failed`, { body })
    expect((await resend(since)).status).toBe(409)
    const headers = { 'if-match': '*' }
    const body = { state: 'enabled', url: sinkTarget(name) }
    await admin.json('PATCH', `${path}/endpoints/${id}`, { body, headers })
    const before = (await takenBy(name)).length
    const later = { since: new Date(own.clock.now() + DAY).toISOString() }
    expect(await (await resend(later)).json()).toEqual({ queued: 0, hasMore: false })
    expect(await (await resend(since)).json()).toEqual({ queued: 3, hasMore: false })
    await own.drain()
    expect(await takenBy(name)).toHaveLength(before + 3)
    expect((await deliveriesTo(own, id)).map(({ state }) => state)).toEqual(
      Array.from({ length: 3 }, () => 'succeeded'),
    )
  })

  it('W8: shows a test event that went to one endpoint', async () => {
    const own = await webhookWorld()
    const names = [sinkName(), sinkName()]
    const one = await makeEndpoint(own, { url: sinkTarget(names[0] ?? ''), events: ['*'] })
    await makeEndpoint(own, { url: sinkTarget(names[1] ?? ''), events: ['*'] })
    await own.drain()
    const counts = async () => Promise.all(names.map(async (name) => (await takenBy(name)).length))
    const before = await counts()
    const admin = await own.as('admin')
    const sent = await admin.fetch('POST', `${path}/endpoints/${one.id}/test`)
    expect(sent.status).toBe(202)
    expect(await sent.json()).toMatchObject({ eventType: 'webhooks.ping', state: 'pending' })
    await own.drain()
    expect(await counts()).toEqual([(before[0] ?? 0) + 1, before[1]])
    const bodies = (await takenBy(names[0] ?? '')).map(({ body }) => JSON.parse(body))
    expect(bodies).toContainEqual(expect.objectContaining({ type: 'webhooks.ping' }))
  })

  it('forgets what ended long ago, and keeps what is on its way', async () => {
    const own = await webhookWorld()
    const good = await makeEndpoint(own, { url: sinkTarget(sinkName()) })
    const bad = await makeEndpoint(own, { url: sinkTarget(sinkName(), '500') })
    await happen(own)
    await own.drain()
    const sweep = (days: number) => sweepLog(own.deps(), own.clock.now() + days * DAY, 1_000)
    await sweep(29)
    expect(await deliveriesTo(own, good.id)).toHaveLength(1)
    await sweep(31)
    expect(await deliveriesTo(own, good.id)).toEqual([])
    expect(await deliveriesTo(own, bad.id)).toHaveLength(1)
    const attempts = await own.rows(
      'SELECT attempt FROM webhook_attempts WHERE tenant_id = ?',
      own.tenantId,
    )
    expect(attempts).toHaveLength(1)
  })
})

describe('the body of a webhook', () => {
  const event = {
    id: 'e',
    type: 'shop.order.placed',
    version: 1,
    tenantId: 't',
    aggregate: { type: 'shop.order', id: 'o', version: 1 },
    actor: { kind: 'system', id: null },
    correlationId: 'c',
    causationId: null,
    traceId: 't',
    occurredAt: 0,
  }

  it('W7: names the event only when all of it would be more than 20 KB', () => {
    const shape = { shape: 'full', fields: null } as const
    const small = JSON.parse(bodyOf({ ...event, payload: { text: 'x'.repeat(19_000) } }, shape))
    expect(small.data.text).toHaveLength(19_000)
    const large = bodyOf({ ...event, payload: { text: 'ü'.repeat(10_000) } }, shape)
    expect(new TextEncoder().encode(large).byteLength).toBeLessThan(20_480)
    expect(JSON.parse(large)).toMatchObject({ truncated: true, data: { id: 'o' } })
  })

  it.each([
    ['*', 'blog.post.published', true],
    ['blog.*', 'blog.post.published', true],
    ['blog.post.*', 'blog.post.published', true],
    ['blog.post.published', 'blog.post.published', true],
    ['blog.post', 'blog.post.published', false],
    ['blog.post.*', 'blog.posts.published', false],
    ['blog.post.*', 'blog.post', false],
    ['shop.*', 'blog.post.published', false],
  ])('goes to who wants %s when %s happens: %s', (pattern, type, expected) => {
    expect(isWanted([pattern], type)).toBe(expected)
  })

  it.each([
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    'Authorization: Bearer abc.def-ghi',
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
    '{"password": "hunter2"}',
    '{"api_key":"k"}',
  ])('is logged without %s in the answer to it', (secret) => {
    expect(scrubbed(`before ${secret} after`)).not.toBe(`before ${secret} after`)
    expect(scrubbed(`before ${secret} after`)).toContain('[removed]')
  })
})

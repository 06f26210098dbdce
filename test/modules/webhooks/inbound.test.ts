import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, it } from 'vitest'
import { defineIngress } from '../../../src/kernel/ingress.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { commit } from '../../../src/modules/commit/index.ts'
import { inboundReceived, receiveWebhook } from '../../../src/modules/webhooks/index.ts'
import type { Deps } from '../../../src/ports/deps.ts'
import { type World, createWorld } from '../../support/world.ts'

const MINUTE = 60_000

let world: World
let secret: string

async function register(own: World, slug: string, given?: string): Promise<string> {
  const admin = await own.as('admin')
  const body = { slug, ...(given === undefined ? {} : { secret: given }) }
  const made = await admin.json<{ secret: string | null }>('POST', '/api/v1/webhooks/sources', {
    body,
  })
  return given ?? made.secret ?? ''
}

beforeAll(async () => {
  world = await createWorld()
  secret = await register(world, 'billing')
})

interface Sent {
  readonly source?: string
  readonly id?: string
  readonly at?: number
  readonly body?: string
  readonly signedWith?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a webhook as the sender's own library signs it. */
function sendIn(own: World, sent: Sent): Promise<Response> {
  const { source = 'billing', id = crypto.randomUUID(), body = '{"type":"invoice.paid"}' } = sent
  const at = new Date(sent.at ?? own.clock.now())
  return own.anonymous.fetch('POST', `/api/v1/webhooks/in/${source}`, {
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(sent.signedWith ?? secret).sign(id, at, body),
      ...sent.headers,
    },
  })
}

const receivedIn = (own: World, messageId: string) =>
  own.rows<{ payload: string }>(
    `SELECT payload FROM outbox WHERE tenant_id = ? AND type = ?
      AND payload ->> 'messageId' = ?`,
    own.tenantId,
    inboundReceived.type,
    messageId,
  )

describe('a webhook that comes in', () => {
  it('becomes an event with what was sent, and is answered at once', async () => {
    const response = await sendIn(world, { id: 'msg_1', body: '{"type":"invoice.paid","n":1}' })
    expect(response.status).toBe(202)
    const [event] = await receivedIn(world, 'msg_1')
    expect(JSON.parse(event?.payload ?? '')).toEqual({
      source: 'billing',
      messageId: 'msg_1',
      type: 'invoice.paid',
      data: { type: 'invoice.paid', n: 1 },
    })
  })

  it('has its effect once, however often it comes, also at the same time', async () => {
    const send = () => sendIn(world, { id: 'msg_2' })
    const together = await Promise.all([send(), send(), send()])
    const later = await send()
    expect([...together, later].map(({ status }) => status)).toEqual([202, 202, 202, 202])
    expect(await receivedIn(world, 'msg_2')).toHaveLength(1)
  })

  it('counts for each source of its own, and for each tenant', async () => {
    const other = await register(world, 'other')
    await sendIn(world, { id: 'msg_3' })
    await sendIn(world, { id: 'msg_3', source: 'other', signedWith: other })
    expect(await receivedIn(world, 'msg_3')).toHaveLength(2)
    const stranger = await createWorld()
    const theirs = await register(stranger, 'billing')
    expect((await sendIn(stranger, { id: 'msg_3', signedWith: theirs })).status).toBe(202)
    expect(await receivedIn(stranger, 'msg_3')).toHaveLength(1)
    expect((await sendIn(stranger, { id: 'msg_4', signedWith: secret })).status).toBe(401)
  })

  it.each<[string, Sent]>([
    ['signed by another secret', { signedWith: `whsec_${btoa('x'.repeat(32))}` }],
    ['with another id', { headers: { 'webhook-id': 'msg_x' } }],
    ['without a signature', { headers: { 'webhook-signature': '' } }],
    ['without a timestamp', { headers: { 'webhook-timestamp': '' } }],
    ['with a timestamp that is none', { headers: { 'webhook-timestamp': '1e9' } }],
  ])('%s is refused', async (_, sent) => {
    const response = await sendIn(world, { id: 'msg_5', ...sent })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'webhooks.signature_refused' })
    expect(await receivedIn(world, 'msg_5')).toEqual([])
  })

  it.each([
    [-5 * MINUTE, 202],
    [-5 * MINUTE - 2_000, 401],
    [5 * MINUTE - 2_000, 202],
    [5 * MINUTE + 2_000, 401],
  ])('signed %i ms from now is answered %i', async (from, status) => {
    const now = Math.floor(world.clock.now() / 1_000) * 1_000
    world.clock.advance(now - world.clock.now())
    expect((await sendIn(world, { at: now + from })).status).toBe(status)
  })

  it('is read to 256 KB and no further', async () => {
    const bodyOf = (length: number) => `"${'x'.repeat(length - 2)}"`
    const limit = limits.webhooks.inbound
    expect((await sendIn(world, { body: bodyOf(limit) })).status).toBe(202)
    expect((await sendIn(world, { body: bodyOf(limit + 1) })).status).toBe(413)
  })

  it('is refused when it is signed but no JSON, and when its id is too long', async () => {
    expect((await sendIn(world, { body: 'a=1' })).status).toBe(400)
    const id = 'i'.repeat(limits.webhooks.messageId)
    expect((await sendIn(world, { id })).status).toBe(202)
    expect((await sendIn(world, { id: `${id}i` })).status).toBe(400)
  })

  it('of a source that the tenant does not have, or no more, finds nothing', async () => {
    expect((await sendIn(world, { source: 'nobody' })).status).toBe(404)
    const gone = await register(world, 'gone')
    const admin = await world.as('admin')
    const { items } = await admin.json<{ items: { id: string; slug: string }[] }>(
      'GET',
      '/api/v1/webhooks/sources?limit=100',
    )
    const source = items.find(({ slug }) => slug === 'gone')
    const headers = { 'if-match': '"1"' }
    await admin.fetch('DELETE', `/api/v1/webhooks/sources/${source?.id}`, { headers })
    expect((await sendIn(world, { source: 'gone', signedWith: gone })).status).toBe(404)
  })

  it('may be signed by a secret that the sender has given', async () => {
    const given = `whsec_${btoa('a secret of the sender, long enough')}`
    await register(world, 'theirs', given)
    expect((await sendIn(world, { source: 'theirs', signedWith: given })).status).toBe(202)
  })
})

describe('a webhook of a source that a module declares', () => {
  it('is verified and handled by the module, once, and again when that failed', async () => {
    let failures = 1
    const ingress = defineIngress<Deps>()<{ paid: boolean }>({
      source: 'trial',
      description: 'A trial',
      verify: async (_, __, { header, body }) =>
        header('x-trial') === 'genuine'
          ? { id: body, sentAt: null, payload: { paid: true } }
          : undefined,
      async handle(deps, ctx, { payload }) {
        if (failures-- > 0) throw new Error('not now')
        await commit(deps, ctx, {
          writes: [],
          events: [],
          audit: { action: 'trial.paid', targetType: 'trial', targetId: 'order', changes: payload },
          result: null,
        })
      },
    })
    const ctx = await world.system()
    const receive = (trial: string) =>
      receiveWebhook(world.deps(), ctx, ingress, { header: () => trial, body: 'msg_1' })
    await expect(receive('forged')).rejects.toMatchObject({
      definition: { code: 'webhooks.signature_refused' },
    })
    await expect(receive('genuine')).rejects.toThrow('not now')
    expect(await receive('genuine')).toBe('handled')
    expect(await receive('genuine')).toBe('repeated')
    expect(await world.auditOf('order')).toEqual(['trial.paid'])
  })
})

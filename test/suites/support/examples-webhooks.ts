import { createAuthor } from '../../../src/modules/blog/authors/service/authors.ts'
import { giveUp } from '../../../src/modules/webhooks/deliveries/repo.ts'
import { deliver } from '../../../src/modules/webhooks/deliveries/service/deliver.ts'
import { fanOut } from '../../../src/modules/webhooks/deliveries/service/fan-out.ts'
import { listDeliveries } from '../../../src/modules/webhooks/deliveries/service/log.ts'
import { resendDelivery } from '../../../src/modules/webhooks/deliveries/service/resend.ts'
import { sweepLog } from '../../../src/modules/webhooks/deliveries/service/sweep.ts'
import type { Example, Examples } from './example.ts'
import type { House } from './house.ts'

/** A host that the test environment lets webhooks go to, where nobody listens. */
const NOWHERE = 'http://127.0.0.1:9/hook'

/** What the makers read of an answer. */
interface Made {
  readonly id: string
}

async function make(house: House, path: string, body: object): Promise<Made> {
  const admin = await house.as('admin')
  const made = await admin.json<Made>('POST', `/api/v1/webhooks${path}`, { body })
  house.made.add(made.id)
  return made
}

export function makeEndpoint(house: House): Promise<Made> {
  return make(house, '/endpoints', { url: NOWHERE, events: ['blog.page.*'] })
}

export function makeSource(house: House): Promise<Made> {
  return make(house, '/sources', { slug: `source-${house.number()}` })
}

/** A delivery that has ended, of an endpoint that is there. */
export async function makeDelivery(house: House): Promise<Made> {
  const endpoint = await sharedEndpoint(house)
  const delivery = await make(house, `/endpoints/${endpoint.id}/test`, {})
  const { home } = house
  await home.deps().db.bookkeep([giveUp(home.tenantId, delivery.id, 'a test', home.clock.now())])
  return delivery
}

const shared = new WeakMap<House, Made>()

async function sharedEndpoint(house: House): Promise<Made> {
  const endpoint = shared.get(house) ?? (await makeEndpoint(house))
  shared.set(house, endpoint)
  return endpoint
}

/** A call about an endpoint, which is taken away afterwards: a tenant may have few. */
async function onEndpoint(house: House): Promise<Example & { readonly params: { id: string } }> {
  const { id } = await makeEndpoint(house)
  return { as: await house.as('admin'), params: { id }, undo: () => remove(house, 'endpoints', id) }
}

async function remove(house: House, kind: string, id: string): Promise<Response> {
  const admin = await house.as('admin')
  const headers = { 'if-match': '*' }
  return admin.fetch('DELETE', `/api/v1/webhooks/${kind}/${id}`, { headers })
}

/** Takes away everything of a kind but what others use. */
function removeAll(house: House, kind: string) {
  return async () => {
    const admin = await house.as('admin')
    const path = `/api/v1/webhooks/${kind}?limit=100`
    const { items } = await admin.json<{ items: Made[] }>('GET', path)
    const kept = shared.get(house)?.id
    for (const { id } of items.filter((item) => item.id !== kept)) await remove(house, kind, id)
  }
}

async function onDelivery(house: House): Promise<Example> {
  return { as: await house.as('admin'), params: { id: (await makeDelivery(house)).id } }
}

/** A call of every operation of `webhooks`. */
export const webhookExamples: Examples = {
  listWebhookEndpoints: async (house) => ({ as: await house.as('admin') }),
  getWebhookEndpoint: onEndpoint,
  createWebhookEndpoint: async (house) => ({
    as: await house.as('admin'),
    body: {
      url: NOWHERE,
      events: ['blog.page.*'],
      description: 'A',
      shape: 'full',
      fields: ['id'],
    },
    undo: removeAll(house, 'endpoints'),
  }),
  updateWebhookEndpoint: async (house) => ({
    ...(await onEndpoint(house)),
    body: { description: 'Another', state: 'disabled' },
  }),
  deleteWebhookEndpoint: onEndpoint,
  rotateWebhookSecret: onEndpoint,
  testWebhookEndpoint: onEndpoint,
  resendFailedWebhooks: async (house) => {
    await makeDelivery(house)
    const { id } = await sharedEndpoint(house)
    const body = { since: '2026-01-01T00:00:00Z' }
    return { as: await house.as('admin'), params: { id }, body }
  },
  listWebhookDeliveries: async (house) => ({
    as: await house.as('admin'),
    query: {
      endpointId: (await sharedEndpoint(house)).id,
      type: 'webhooks.ping',
      state: 'failed',
      since: '2026-01-01T00:00:00Z',
      until: '2100-01-01T00:00:00Z',
    },
  }),
  getWebhookDelivery: onDelivery,
  resendWebhookDelivery: onDelivery,
  listWebhookSources: async (house) => ({ as: await house.as('admin') }),
  createWebhookSource: async (house) => ({
    as: await house.as('admin'),
    body: { slug: `source-${house.number()}`, description: 'A' },
    undo: removeAll(house, 'sources'),
  }),
  deleteWebhookSource: async (house) => {
    const { id } = await makeSource(house)
    return { as: await house.as('admin'), params: { id }, undo: () => remove(house, 'sources', id) }
  },
}

/** Tells an endpoint of an event, and tries it: with a failure, with a probe and a success, and to its end. */
export async function deliverWebhooks(house: House): Promise<void> {
  const { home } = house
  const { id } = await make(house, '/endpoints', { url: NOWHERE, events: ['blog.author.*'] })
  const ctx = await home.system()
  await createAuthor(home.deps(), ctx, { name: house.name() })
  const [event] = await home.rows<{ id: string }>(
    `SELECT id FROM outbox WHERE tenant_id = ? AND type = 'blog.author.created'
      ORDER BY seq DESC LIMIT 1`,
    home.tenantId,
  )
  const envelope = {
    id: event?.id ?? '',
    type: 'blog.author.created',
    version: 1,
    tenantId: home.tenantId,
    aggregate: { type: 'blog.author', id: event?.id ?? '', version: 1 },
    actor: { kind: 'system', id: null },
    correlationId: ctx.requestId,
    causationId: null,
    traceId: ctx.traceId,
    occurredAt: ctx.now,
    payload: {},
  }
  await fanOut(home.deps(), ctx, envelope)
  const query = { endpointId: id, limit: 1 }
  const { items } = await listDeliveries(home.deps(), ctx, query)
  for (const status of [429, 200, 410]) {
    const answer = { status, retryAfter: null, body: '' }
    const fetcher = { check: async () => undefined, post: async () => answer }
    const later = { ...ctx, now: ctx.now + 86_400_000 }
    const clock = { now: () => (status === 429 ? ctx.now : later.now) }
    const work = { ...home.deps(), fetcher, clock }
    const run = { signal: new AbortController().signal }
    const delivery = items[0]?.id ?? ''
    await deliver(work, status === 429 ? ctx : later, delivery, run).catch(() => undefined)
    if (status === 200) await resendDelivery(home.deps(), ctx, { id: delivery })
  }
  await sweepLog(home.deps(), home.clock.now(), 1)
  const source = await makeSource(house)
  const headers = { 'webhook-id': source.id, 'webhook-timestamp': '1' }
  await home.anonymous.fetch('POST', '/api/v1/webhooks/in/nobody', { body: '{}', headers })
}

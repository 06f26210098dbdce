import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import type { World } from '../../support/world.ts'
import {
  endpointOf,
  happen,
  makeEndpoint,
  sinkName,
  sinkTarget,
  takenBy,
  webhookWorld,
} from './support.ts'

const path = '/api/v1/webhooks'

async function countOf(world: World): Promise<number | undefined> {
  const tenant = await world.deps().tenants.refresh(world.tenantId)
  return tenant?.webhookEndpoints
}

describe('endpoints of a tenant', () => {
  it('are fifty at most, also when two are added at once', async () => {
    const world = await webhookWorld()
    const url = sinkTarget(sinkName())
    for (let count = 1; count < limits.webhooks.endpoints; count += 1)
      await makeEndpoint(world, { url })
    const admin = await world.as('admin')
    const body = { url, events: ['*'] }
    const add = () => admin.fetch('POST', `${path}/endpoints`, { body })
    const statuses = (await Promise.all([add(), add()])).map(({ status }) => status)
    expect(statuses.toSorted((left, right) => left - right)).toEqual([201, 409])
    expect(await (await add()).json()).toMatchObject({ code: 'webhooks.too_many' })
    expect(await countOf(world)).toBe(limits.webhooks.endpoints)
  })

  it('are counted in the tenant as they are enabled, whatever happens at once', async () => {
    const world = await webhookWorld()
    const admin = await world.as('admin')
    const [one, other] = [
      await makeEndpoint(world, { url: sinkTarget(sinkName()) }),
      await makeEndpoint(world, { url: sinkTarget(sinkName()) }),
    ]
    const headers = { 'if-match': '*' }
    const disable = (id: string) =>
      admin.fetch('PATCH', `${path}/endpoints/${id}`, { body: { state: 'disabled' }, headers })
    await Promise.all([disable(one.id), disable(other.id), disable(one.id)])
    await disable(one.id)
    expect((await endpointOf(world, one.id)).disabledReason).toBe('manual')
    const rows = await world.rows<{ enabled: number }>(
      "SELECT count(*) AS enabled FROM webhook_endpoints WHERE tenant_id = ? AND state = 'enabled'",
      world.tenantId,
    )
    expect(await countOf(world)).toBe(rows[0]?.enabled)
  })

  it('are changed over the version that the client has seen', async () => {
    const world = await webhookWorld()
    const { id } = await makeEndpoint(world, { url: sinkTarget(sinkName()) })
    const admin = await world.as('admin')
    const change = (tag: string) =>
      admin.fetch('PATCH', `${path}/endpoints/${id}`, {
        body: { description: 'Another' },
        headers: { 'if-match': tag },
      })
    const first = await admin.fetch('GET', `${path}/endpoints/${id}`)
    const tag = first.headers.get('etag') ?? ''
    expect((await change(tag)).status).toBe(200)
    expect((await change(tag)).status).toBe(412)
    expect(await world.eventsOf(id)).toEqual([
      'webhooks.endpoint.created',
      'webhooks.endpoint.updated',
    ])
  })

  it('of another tenant are never told of an event', async () => {
    const [mine, theirs] = [await webhookWorld(), await webhookWorld()]
    const [here, there] = [sinkName(), sinkName()]
    await makeEndpoint(mine, { url: sinkTarget(here), events: ['*'] })
    await makeEndpoint(theirs, { url: sinkTarget(there), events: ['*'] })
    const author = await happen(mine)
    await mine.drain()
    await theirs.drain()
    const told = async (name: string) => (await takenBy(name)).map(({ body }) => body).join()
    expect(await told(here)).toContain(author.id)
    expect(await told(there)).not.toContain(author.id)
    expect(await told(there)).not.toContain(mine.tenantId)
  })

  it('are made, read and refused over GraphQL as over REST', async () => {
    const world = await webhookWorld()
    const admin = await world.as('admin')
    const url = sinkTarget(sinkName())
    const made = await admin.graphql<{
      createWebhookEndpoint: { secret: string; endpoint: { id: string } }
    }>(
      `mutation ($url: String!) {
        createWebhookEndpoint(input: { url: $url, events: ["blog.*"], shape: ids }) {
          secret endpoint { id url shape state }
        }
      }`,
      { url },
    )
    const { secret, endpoint } = made.data?.createWebhookEndpoint ?? {}
    expect(secret).toMatch(/^whsec_/)
    expect(endpoint).toMatchObject({ url, shape: 'ids', state: 'enabled' })
    const read = await admin.graphql(
      `query ($id: ID!) { webhookEndpoint(id: $id) { url events } }`,
      { id: endpoint?.id },
    )
    expect(read.data).toEqual({ webhookEndpoint: { url, events: ['blog.*'] } })
    const refused = await admin.graphql(
      `mutation { createWebhookEndpoint(input: { url: "https://127.0.0.1/", events: ["*"] }) { secret } }`,
    )
    expect(refused.errors?.[0]?.extensions.code).toBe('INVALID_INPUT')
  })
})

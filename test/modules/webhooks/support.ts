import { inject } from 'vitest'
import { createAuthor } from '../../../src/modules/blog/authors/service/authors.ts'
import type {
  DeliveryDetailsDto,
  DeliveryDto,
} from '../../../src/modules/webhooks/deliveries/schemas.ts'
import {
  getDelivery,
  listDeliveries,
} from '../../../src/modules/webhooks/deliveries/service/log.ts'
import type { EndpointDto } from '../../../src/modules/webhooks/endpoints/schemas.ts'
import { getEndpoint } from '../../../src/modules/webhooks/endpoints/service/endpoints.ts'
import { type World, createWorld } from '../../support/world.ts'
import type { NamePlan, TakenWebhook } from '../../../scripts/test/webhooks/sink.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly webhookSink: string
  }
}

/** Host and port of the endpoints that webhooks are tried against. */
export const sinkHost = inject('webhookSink')

const sinkUrl = `http://${sinkHost}`

/** A world whose webhooks may go to the sink, which is its DNS resolver as well. */
export function webhookWorld(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  return createWorld({
    ...options,
    env: {
      WEBHOOKS_ALLOWED_HOSTS: sinkHost,
      WEBHOOKS_RESOLVER: `${sinkUrl}/dns-query`,
      ...options.env,
    },
  })
}

let sequence = 0

/** A name that no other endpoint has. */
export function sinkName(): string {
  sequence += 1
  return `e${crypto.randomUUID()}${sequence}`
}

/** The URL of an endpoint of the sink; the behaviour says what it answers. */
export function sinkTarget(name: string, behaviour = '200'): string {
  return `${sinkUrl}/to/${name}/${behaviour}`
}

/** What an endpoint of the sink was sent, in the order of time. */
export async function takenBy(name: string): Promise<TakenWebhook[]> {
  return (await fetch(`${sinkUrl}/taken/${name}`)).json()
}

/** What the npm packages `standardwebhooks` and `svix` say of a request. */
export async function verdictsOn(
  secret: string,
  { headers, body }: Pick<TakenWebhook, 'headers' | 'body'>,
): Promise<{ standardwebhooks: boolean; svix: boolean }> {
  const given = JSON.stringify({ secret, headers, body })
  return (await fetch(`${sinkUrl}/verify`, { method: 'POST', body: given })).json()
}

/** Lets the resolver tell these addresses of a name, a list for each time that it is asked. */
export async function planName(plan: NamePlan): Promise<void> {
  await fetch(`${sinkUrl}/names`, { method: 'POST', body: JSON.stringify(plan) })
}

/** An endpoint as its owner gets it. */
export interface MadeEndpoint {
  readonly id: string
  readonly url: string
  readonly secret: string
  readonly version: number
}

/** Adds an endpoint to a world, by default for the events of authors. */
export async function makeEndpoint(
  world: World,
  body: Readonly<Record<string, unknown>> & { readonly url: string },
): Promise<MadeEndpoint> {
  const admin = await world.as('admin')
  return admin.json('POST', '/api/v1/webhooks/endpoints', {
    body: { events: ['blog.author.*'], ...body },
  })
}

/** Makes something happen that endpoints are told of: an author is added, without a session. */
export async function happen(world: World, name = `Author ${sinkName()}`): Promise<{ id: string }> {
  return createAuthor(world.deps(), await world.system(), { name })
}

/** The log of an endpoint, newest first. */
export async function deliveriesTo(world: World, endpointId: string): Promise<DeliveryDto[]> {
  const query = { endpointId, limit: 100 }
  return (await listDeliveries(world.deps(), await world.system(), query)).items
}

/** The only delivery to an endpoint, with its tries. */
export async function deliveryTo(world: World, endpointId: string): Promise<DeliveryDetailsDto> {
  const [first, ...others] = await deliveriesTo(world, endpointId)
  if (!first || others.length > 0) throw new Error(`${others.length} deliveries too many or none`)
  return getDelivery(world.deps(), await world.system(), first)
}

/** The endpoint as it is. */
export async function endpointOf(world: World, id: string): Promise<EndpointDto> {
  return getEndpoint(world.deps(), await world.system(), { id })
}

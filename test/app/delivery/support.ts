import * as z from 'zod'
import { createSubscriptions } from '../../../src/app/delivery/subscribers.ts'
import { modules } from '../../../src/app/modules.ts'
import type { RequestContext, TenantSnapshot } from '../../../src/kernel/context.ts'
import {
  type EventEnvelope,
  type SubscriberDefinition,
  defineEvent,
  eventOf,
} from '../../../src/kernel/events.ts'
import type { JobDefinition } from '../../../src/kernel/job.ts'
import { commit } from '../../../src/modules/commit/index.ts'
import { relayEvents } from '../../../src/modules/events/index.ts'
import { PRIMARY_SHARD } from '../../../src/ports/database.ts'
import type { Deps } from '../../../src/ports/deps.ts'
import { defineModule } from '../../../src/ports/module.ts'
import type { WakeUp } from '../../../src/ports/transport.ts'
import { type World, createWorld } from '../../support/world.ts'

/** An event of these tests. */
export const happened = defineEvent({
  type: 'trial.thing.happened',
  version: 2,
  since: '0.1.0',
  description: 'Something happened',
  schema: z.object({ text: z.string() }),
  example: { text: 'so' },
  upcasts: { 1: (payload) => ({ text: z.object({ words: z.string() }).parse(payload).words }) },
})

/** Who is given the events of a world, in place of what the modules declare. */
export interface Taker {
  readonly name: string
  readonly handle: (event: EventEnvelope, deps: Deps, ctx: RequestContext) => Promise<void>
  readonly wants?: (tenant: TenantSnapshot) => boolean
}

/** A world whose trial events go to the given takers, and that knows the given jobs. */
export async function deliveryWorld(
  takers: readonly Taker[],
  options: Parameters<typeof createWorld>[0] = {},
  jobs: readonly JobDefinition<Deps>[] = [],
): Promise<World> {
  const world = await createWorld(options)
  const subscribers: SubscriberDefinition<Deps>[] = takers.map((taker) => ({
    name: taker.name,
    description: 'Takes part in a trial',
    events: [happened],
    permissions: [],
    handle: (deps, ctx, event) => taker.handle(event, deps, ctx),
    ...(taker.wants ? { wants: taker.wants } : {}),
  }))
  const trial = defineModule({
    slug: 'trial',
    title: 'Trial',
    kind: 'core',
    events: [happened],
    subscribers,
    jobs,
  })
  const subscriptions = createSubscriptions([...modules, trial])
  Object.assign(world.isolate.shared, { subscriptions, isAwaited: subscriptions.isAwaited })
  return world
}

/** Commits an event about a thing. Versions count from 1 on. */
export async function happen(world: World, thing: string, version = 1, text = 'so'): Promise<void> {
  await commit(world.deps(), await world.system(), {
    writes: [],
    events: [eventOf(happened, { type: 'trial.thing', id: thing, version }, { text })],
    audit: { action: 'trial.thing.happened', targetType: 'trial.thing', targetId: thing },
    result: null,
  })
}

/** Brings about an effect that can be counted: an audit entry of the taker's own. */
export async function effect(deps: Deps, ctx: RequestContext, event: EventEnvelope): Promise<void> {
  await commit(deps, ctx, {
    writes: [],
    events: [],
    audit: {
      action: 'trial.thing.noted',
      targetType: 'trial.effect',
      targetId: event.aggregate.id,
      changes: { event: event.id },
    },
    result: null,
  })
}

/** How often the effect of a thing's events is there. */
export async function effectsOf(world: World, thing: string): Promise<number> {
  const rows = await world.rows(
    "SELECT id FROM audit_log WHERE tenant_id = ? AND target_type = 'trial.effect' AND target_id = ?",
    world.tenantId,
    thing,
  )
  return rows.length
}

/** How the outbox tells of a thing's events, in their order. */
export function outboxOf(world: World, thing: string) {
  return world.rows<{
    id: string
    settled: number | null
    dead: number | null
    attempts: number
    error: string | null
    waiting: string | null
  }>(
    `SELECT id, settled_at AS settled, dead_at AS dead, attempts, last_error AS error, waiting
      FROM outbox WHERE tenant_id = ? AND aggregate_id = ? ORDER BY seq`,
    world.tenantId,
    thing,
  )
}

/** Claims the world's owed events, as a relay does whose messages nobody has read yet. */
export async function claimEventsOf(world: World): Promise<WakeUp[]> {
  const sent: WakeUp[] = []
  const send = async (wakeUps: readonly WakeUp[]) => void sent.push(...wakeUps)
  const transport = { ...world.deps().transport, send }
  await relayEvents(
    { ...world.deps(), transport },
    { shard: PRIMARY_SHARD, now: world.clock.now(), tenantId: world.tenantId },
  )
  return sent
}

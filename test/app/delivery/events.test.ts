import { describe, expect, it } from 'vitest'
import { deliverEvents } from '../../../src/app/delivery/deliver-events.ts'
import type { EventEnvelope } from '../../../src/kernel/events.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { holdEvents } from '../../../src/modules/events/index.ts'
import { PRIMARY_SHARD } from '../../../src/ports/database.ts'
import { claimEventsOf, deliveryWorld, effect, effectsOf, happen, outboxOf } from './support.ts'

const HOUR = 3_600_000

describe('an event', () => {
  it('is given to each subscriber once, with who did what and when', async () => {
    const seen: EventEnvelope[] = []
    const taker = (name: string) => ({
      name,
      handle: async (event: EventEnvelope) => void seen.push(event),
    })
    const world = await deliveryWorld([taker('trial:one'), taker('trial:two')])
    await happen(world, 'thing-1')
    expect(await world.drain()).toBe(1)
    expect(await world.drain()).toBe(0)
    expect(seen).toHaveLength(2)
    expect(seen[0]).toMatchObject({
      type: 'trial.thing.happened',
      version: 2,
      tenantId: world.tenantId,
      aggregate: { type: 'trial.thing', id: 'thing-1', version: 1 },
      actor: { kind: 'system', id: 'test' },
      causationId: null,
      occurredAt: world.clock.now(),
      payload: { text: 'so' },
    })
    expect(await outboxOf(world, 'thing-1')).toMatchObject([{ dead: null, attempts: 1 }])
  })

  it('that nobody awaits is settled when it is stored', async () => {
    const world = await deliveryWorld([])
    await happen(world, 'thing-1')
    expect(await world.drain()).toBe(0)
    expect(await outboxOf(world, 'thing-1')).toMatchObject([{ settled: world.clock.now() }])
  })

  it('that is too large for a row arrives whole', async () => {
    const seen: EventEnvelope[] = []
    const world = await deliveryWorld([
      { name: 'trial:one', handle: async (event) => void seen.push(event) },
    ])
    const text = 'x'.repeat(limits.events.payloadInRow)
    await happen(world, 'thing-1', 1, text)
    const [row] = await world.rows<{ payload: string }>(
      'SELECT payload FROM outbox WHERE tenant_id = ? AND aggregate_id = ?',
      world.tenantId,
      'thing-1',
    )
    expect(row?.payload).toBe('')
    await world.drain()
    expect(seen).toMatchObject([{ payload: { text } }])
  })

  it('follows the others of its aggregate in their order, and waits for no other aggregate', async () => {
    const seen: string[] = []
    let isDown = true
    const world = await deliveryWorld([
      {
        name: 'trial:one',
        async handle({ aggregate }) {
          if (aggregate.id === 'thing-1' && aggregate.version === 1 && isDown)
            throw new Error('down')
          seen.push(`${aggregate.id} ${aggregate.version}`)
        },
      },
    ])
    await happen(world, 'thing-1', 1)
    await happen(world, 'thing-1', 2)
    await happen(world, 'thing-2', 1)
    await world.drain()
    expect(seen).toEqual(['thing-2 1'])
    isDown = false
    world.clock.advance(HOUR)
    await world.drain()
    expect(seen).toEqual(['thing-2 1', 'thing-1 1', 'thing-1 2'])
  })
})

describe('a subscriber that fails', () => {
  it('is asked again later, and those that succeeded are not', async () => {
    const asked: string[] = []
    let isDown = true
    const world = await deliveryWorld([
      { name: 'trial:well', handle: async () => void asked.push('well') },
      {
        name: 'trial:ill',
        async handle() {
          asked.push('ill')
          if (isDown) throw new Error('down')
        },
      },
    ])
    await happen(world, 'thing-1')
    await world.drain()
    expect(asked).toEqual(['well', 'ill'])
    expect(await outboxOf(world, 'thing-1')).toMatchObject([
      { settled: null, waiting: '["trial:ill"]', error: 'trial:ill: Error: down' },
    ])
    isDown = false
    world.clock.advance(HOUR)
    await world.drain()
    expect(asked).toEqual(['well', 'ill', 'ill'])
    expect(await outboxOf(world, 'thing-1')).toMatchObject([{ dead: null, attempts: 2 }])
  })

  it('for ever leaves a dead letter with its error, and does not stop what follows', async () => {
    const seen: number[] = []
    const world = await deliveryWorld([
      {
        name: 'trial:one',
        async handle({ aggregate: { version } }) {
          if (version === 1) throw new Error('poison')
          seen.push(version)
        },
      },
    ])
    await happen(world, 'thing-1', 1)
    await happen(world, 'thing-1', 2)
    for (let tries = 0; tries < limits.events.maxAttempts; tries++) {
      await world.drain()
      world.clock.advance(HOUR)
    }
    await world.drain()
    expect(seen).toEqual([2])
    expect(await outboxOf(world, 'thing-1')).toMatchObject([
      { attempts: limits.events.maxAttempts, error: 'trial:one: Error: poison', settled: null },
      { dead: null },
    ])
  })
})

describe('an event that was claimed', () => {
  it('and loses its worker at every try is a dead letter in the end, and what follows arrives', async () => {
    const seen: number[] = []
    const world = await deliveryWorld([
      { name: 'trial:one', handle: async ({ aggregate }) => void seen.push(aggregate.version) },
    ])
    await happen(world, 'thing-1', 1)
    await happen(world, 'thing-1', 2)
    for (let tries = 0; tries < limits.events.maxAttempts; tries++) {
      await holdEvents(world.deps(), await claimEventsOf(world), world.clock.now())
      world.clock.advance(limits.events.leaseMilliseconds)
    }
    await world.drain()
    await world.drain()
    expect(seen).toEqual([2])
    expect(await outboxOf(world, 'thing-1')).toMatchObject([
      { attempts: limits.events.maxAttempts, error: 'the worker was lost', settled: null },
      { dead: null },
    ])
  })

  it('is given once, though its wake-up call is doubled', async () => {
    let given = 0
    const world = await deliveryWorld([{ name: 'trial:one', handle: async () => void given++ }])
    await happen(world, 'thing-1')
    const wakeUps = await claimEventsOf(world)
    const answer = () => deliverEvents(world.isolate, PRIMARY_SHARD, wakeUps)
    await Promise.all([answer(), answer()])
    expect(given).toBe(1)
    expect(await outboxOf(world, 'thing-1')).toMatchObject([{ attempts: 1 }])
  })
})

describe('an effect', () => {
  it('is there once, though the event is delivered again', async () => {
    let fails = 1
    const world = await deliveryWorld([
      {
        name: 'trial:one',
        async handle(event, deps, ctx) {
          await effect(deps, ctx, event)
          if (fails-- > 0) throw new Error('after the effect')
        },
      },
    ])
    await happen(world, 'thing-1')
    await world.drain()
    world.clock.advance(HOUR)
    await world.drain()
    expect(await effectsOf(world, 'thing-1')).toBe(1)
    expect(await outboxOf(world, 'thing-1')).toMatchObject([{ dead: null, waiting: null }])
  })

  it('of a worker whose lease has ended is refused, and the new worker brings it about', async () => {
    const world = await deliveryWorld([
      {
        name: 'trial:one',
        async handle(event, deps, ctx) {
          if (takeover) {
            const next = takeover
            takeover = undefined
            world.clock.advance(limits.events.leaseMilliseconds)
            await next()
          }
          await effect(deps, ctx, event)
        },
      },
    ])
    let takeover: (() => Promise<unknown>) | undefined = () => world.drain()
    await happen(world, 'thing-1')
    await world.drain()
    expect(await effectsOf(world, 'thing-1')).toBe(1)
    expect(await outboxOf(world, 'thing-1')).toMatchObject([{ dead: null, attempts: 2 }])
  })
})

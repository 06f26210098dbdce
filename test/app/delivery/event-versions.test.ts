import { describe, expect, it } from 'vitest'
import { deliverEvents } from '../../../src/app/delivery/deliver-events.ts'
import type { EventEnvelope } from '../../../src/kernel/events.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { type Database, PRIMARY_SHARD } from '../../../src/ports/database.ts'
import { claimEventsOf, deliveryWorld, happen, outboxOf } from './support.ts'

const HOUR = 3_600_000

describe('an event of a version that this deployment does not know', () => {
  it('is kept, and its tries do not count', async () => {
    const seen: string[] = []
    const world = await deliveryWorld([
      { name: 'trial:one', handle: async ({ id }) => void seen.push(id) },
    ])
    await happen(world, 'thing-1')
    await world.rows('UPDATE outbox SET version = 3 WHERE tenant_id = ?', world.tenantId)
    for (let tries = 0; tries < 20; tries++) {
      await world.drain()
      world.clock.advance(HOUR)
    }
    expect(await outboxOf(world, 'thing-1')).toMatchObject([
      {
        attempts: 0,
        dead: null,
        settled: null,
        error: 'unknown event trial.thing.happened version 3',
      },
    ])
    await world.rows('UPDATE outbox SET version = 2 WHERE tenant_id = ?', world.tenantId)
    await world.drain()
    expect(seen).toHaveLength(1)
  })
})

describe('an event of an older version', () => {
  it('is given to subscribers as its type declares it', async () => {
    const seen: EventEnvelope[] = []
    const world = await deliveryWorld([
      { name: 'trial:one', handle: async (event) => void seen.push(event) },
    ])
    await happen(world, 'thing-1')
    await world.rows(
      `UPDATE outbox SET version = 1, payload = '{"words":"so"}' WHERE tenant_id = ?`,
      world.tenantId,
    )
    await world.drain()
    expect(seen).toMatchObject([{ version: 2, payload: { text: 'so' } }])
  })

  it('that cannot be read is given up in the end, and says what it is without its values', async () => {
    const world = await deliveryWorld([{ name: 'trial:one', handle: async () => undefined }])
    await happen(world, 'thing-1')
    await world.rows(
      `UPDATE outbox SET payload = '{"text":13}', attempts = ?2 WHERE tenant_id = ?1`,
      world.tenantId,
      limits.events.maxAttempts - 1,
    )
    await world.drain()
    expect(await outboxOf(world, 'thing-1')).toMatchObject([
      {
        dead: world.clock.now(),
        waiting: '["trial:one"]',
        error: 'UnreadablePayload: a payload of version 2 is no trial.thing.happened of version 2',
      },
    ])
  })
})

describe('an event that waits for some of its subscribers', () => {
  it('keeps waiting for those alone, whatever this deployment knows of it for a while', async () => {
    const asked: string[] = []
    let isDown = true
    const world = await deliveryWorld([
      { name: 'trial:well', handle: async () => void asked.push('well') },
      {
        name: 'trial:ill',
        async handle() {
          if (isDown) throw new Error('down')
          asked.push('ill')
        },
      },
    ])
    await happen(world, 'thing-1')
    await world.drain()
    await world.rows('UPDATE outbox SET version = 9 WHERE tenant_id = ?', world.tenantId)
    world.clock.advance(HOUR)
    await world.drain()
    expect(await outboxOf(world, 'thing-1')).toMatchObject([{ waiting: '["trial:ill"]' }])
    isDown = false
    await world.rows('DELETE FROM inbox WHERE tenant_id = ?', world.tenantId)
    await world.rows('UPDATE outbox SET version = 2 WHERE tenant_id = ?', world.tenantId)
    world.clock.advance(HOUR)
    await world.drain()
    expect(asked).toEqual(['well', 'ill'])
  })

  it('is not taken for one that nobody waits for when its tenant could not be asked for', async () => {
    const seen: string[] = []
    const world = await deliveryWorld([
      { name: 'trial:one', handle: async ({ id }) => void seen.push(id) },
    ])
    await happen(world, 'thing-1')
    const deaf = {
      ...world.isolate,
      tenantsOf: (db: Database) => ({
        ...world.isolate.tenantsOf(db),
        find: () => Promise.reject(new Error('no answer')),
      }),
    }
    const [wakeUp] = await claimEventsOf(world)
    if (!wakeUp) throw new Error('an event was to be claimed')
    await deliverEvents(deaf, PRIMARY_SHARD, [wakeUp])
    expect(await outboxOf(world, 'thing-1')).toMatchObject([{ waiting: null, settled: null }])
    world.clock.advance(HOUR)
    await world.drain()
    expect(seen).toHaveLength(1)
  })
})

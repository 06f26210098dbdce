import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { deliveryWorld, happen, outboxOf } from '../../app/delivery/support.ts'
import type { World } from '../../support/world.ts'

const HOUR = 3_600_000
const TYPE = 'trial.thing.happened'

interface Letter {
  readonly id: string
  readonly waiting: string[] | null
}

/** A world with a subscriber that works and one that fails until it is mended. */
async function brokenWorld() {
  const asked: string[] = []
  const state = { isBroken: true }
  const world = await deliveryWorld([
    { name: 'trial:well', handle: async ({ id }) => void asked.push(`well ${id}`) },
    {
      name: 'trial:ill',
      async handle({ id }) {
        if (state.isBroken) throw new Error('down')
        asked.push(`ill ${id}`)
      },
    },
  ])
  return { world, asked, mend: () => void (state.isBroken = false) }
}

/** Has events of things happen and be given up. */
async function giveUp(world: World, ...things: string[]): Promise<void> {
  for (const thing of things) await happen(world, thing)
  for (let tries = 0; tries < limits.events.maxAttempts; tries++) {
    await world.drain()
    world.clock.advance(HOUR)
  }
}

const list = async (world: World, query = ''): Promise<Letter[]> => {
  const admin = await world.as('admin')
  const path = `/api/v1/events/dead-letters?type=${TYPE}&${query}`
  return (await admin.json<{ items: Letter[] }>('GET', path)).items
}

describe('the outbox', () => {
  it('says what is owed, for how long, what was tried before and what was given up', async () => {
    const { world } = await brokenWorld()
    await giveUp(world, 'thing-1')
    const admin = await world.as('admin')
    await world.drain()
    await happen(world, 'thing-2')
    await happen(world, 'thing-3')
    await world.rows(
      `UPDATE outbox SET attempts = 2 WHERE tenant_id = ? AND aggregate_id = 'thing-3'`,
      world.tenantId,
    )
    world.clock.advance(90_000)
    const figures = { owed: 2, oldestAgeSeconds: 90, retried: 1, dead: 1 }
    expect(await admin.json('GET', '/api/v1/events/outbox')).toEqual(figures)
    const { data } = await admin.graphql<{ outbox: unknown }>(
      '{ outbox { owed oldestAgeSeconds retried dead } }',
    )
    expect(data?.outbox).toEqual(figures)
  })
})

describe('the list of dead letters', () => {
  it('names what failed and who still waits, newest first and by every filter', async () => {
    const { world } = await brokenWorld()
    await giveUp(world, 'thing-1')
    const early = world.clock.now()
    await giveUp(world, 'thing-2')
    const [second, first, ...others] = await list(world)
    expect(others).toEqual([])
    expect(first).toMatchObject({
      type: TYPE,
      version: 2,
      aggregate: { type: 'trial.thing', id: 'thing-1', version: 1 },
      attempts: limits.events.maxAttempts,
      lastError: 'trial:ill: Error: down',
      waiting: ['trial:ill'],
    })
    const border = new Date(early).toISOString()
    expect(await list(world, `since=${border}`)).toEqual([second])
    expect(await list(world, `until=${border}`)).toEqual([first])
    expect(await list(world, `id=${first?.id}`)).toEqual([first])
    expect(await list(world, 'subscriber=trial:ill')).toHaveLength(2)
    expect(await list(world, 'subscriber=trial:well')).toEqual([])
  })

  it('says nothing of payloads, which those may read who manage events', async () => {
    const { world } = await brokenWorld()
    await happen(world, 'thing-1', 1, 'a secret')
    await giveUp(world)
    const [letter] = await list(world)
    expect(JSON.stringify(letter)).not.toContain('a secret')
    const path = `/api/v1/events/dead-letters/${letter?.id}`
    const admin = await world.as('admin')
    expect(await admin.json('GET', path)).toEqual({ ...letter, payload: { text: 'a secret' } })
    await world.rows(
      `INSERT INTO role_permissions (tenant_id, role, permission) VALUES (?, 'manager', 'events:read')`,
      world.tenantId,
    )
    await world.deps().tenants.refresh(world.tenantId)
    const manager = await world.as('manager')
    expect(await manager.json('GET', path)).toEqual({ ...letter, payload: null })
    const { data } = await manager.graphql<{ deadLetter: unknown }>(
      `{ deadLetter(id: "${letter?.id}") { payloadJson } }`,
    )
    expect(data?.deadLetter).toEqual({ payloadJson: null })
    expect(
      (await manager.fetch('POST', '/api/v1/events/dead-letters/redrive', { body: {} })).status,
    ).toBe(403)
  })

  it('gives a payload that was kept aside', async () => {
    const { world } = await brokenWorld()
    const text = 'x'.repeat(limits.events.payloadInRow)
    await happen(world, 'thing-1', 1, text)
    await giveUp(world)
    const [letter] = await list(world)
    const admin = await world.as('admin')
    expect(await admin.json('GET', `/api/v1/events/dead-letters/${letter?.id}`)).toMatchObject({
      payload: { text },
    })
  })
})

describe('a redrive', () => {
  it('gives an event under its id to those who still wait, even when the inbox was swept', async () => {
    const { world, asked, mend } = await brokenWorld()
    await giveUp(world, 'thing-1')
    const [letter] = await list(world)
    expect(asked).toEqual([`well ${letter?.id}`])
    await world.rows('DELETE FROM inbox WHERE tenant_id = ?', world.tenantId)
    mend()
    const admin = await world.as('admin')
    const body = { subscriber: 'trial:ill' }
    expect(await admin.json('POST', '/api/v1/events/dead-letters/redrive', { body })).toEqual({
      count: 1,
      hasMore: false,
    })
    await world.drain()
    expect(asked).toEqual([`well ${letter?.id}`, `ill ${letter?.id}`])
    expect(await list(world)).toEqual([])
    expect(await outboxOf(world, 'thing-1')).toMatchObject([
      { id: letter?.id, dead: null, waiting: null, attempts: 1 },
    ])
    const [audit] = await world.rows<{ changes: string }>(
      `SELECT changes FROM audit_log WHERE tenant_id = ? AND action = 'events.dead_letters.redriven'`,
      world.tenantId,
    )
    expect(JSON.parse(audit?.changes ?? '')).toEqual({ filter: body, count: 1, hasMore: false })
  })

  it('can be done by a task, and of one event by its id', async () => {
    const { world, mend } = await brokenWorld()
    await giveUp(world, 'thing-1', 'thing-2')
    mend()
    const [, first] = await list(world)
    const admin = await world.as('admin')
    const body = { id: first?.id }
    expect(await admin.json('POST', '/api/v1/events/tasks/redrive', { body })).toMatchObject({
      count: 1,
    })
    expect(await list(world)).toHaveLength(1)
    const again = await admin.fetch('POST', '/api/v1/events/tasks/redrive', { body })
    expect(again.status).toBe(404)
  })

  it('of more than one call may change takes the oldest and says that there are more', async () => {
    const { world } = await brokenWorld()
    await happen(world, 'thing-0')
    await world.rows(
      `INSERT INTO outbox (id, tenant_id, type, version, aggregate_type, aggregate_id,
          aggregate_version, payload, actor_kind, correlation_id, trace_id, occurred_at, available_at,
          dead_at, attempts)
        SELECT ?1 || '-' || value, ?1, ?3, 2, 'trial.thing', 'many-' || value, 1, '{"text":"so"}',
          'system', 'c', 't', 0, 0, 1, 10 FROM json_each(?2)`,
      world.tenantId,
      JSON.stringify(Array.from({ length: limits.events.redrive + 1 }, (_, n) => n)),
      TYPE,
    )
    const admin = await world.as('admin')
    const { data } = await admin.graphql<{ redriveDeadLetters: unknown }>(
      `mutation { redriveDeadLetters(type: "${TYPE}") { count hasMore } }`,
    )
    expect(data?.redriveDeadLetters).toEqual({ count: limits.events.redrive, hasMore: true })
    expect(await list(world)).toMatchObject([
      { aggregate: { id: `many-${limits.events.redrive}` } },
    ])
    await world.rows('DELETE FROM outbox WHERE tenant_id = ?', world.tenantId)
  })
})

describe('a purge', () => {
  it('forgets dead letters and payloads kept aside, and needs a criterion', async () => {
    const { world } = await brokenWorld()
    await happen(world, 'thing-1', 1, 'x'.repeat(limits.events.payloadInRow))
    await giveUp(world, 'thing-2')
    const [row] = await world.rows<{ key: string }>(
      'SELECT payload_key AS key FROM outbox WHERE tenant_id = ? AND payload_key IS NOT NULL',
      world.tenantId,
    )
    const admin = await world.as('admin')
    const purge = (body: unknown) =>
      admin.fetch('POST', '/api/v1/events/dead-letters/purge', { body })
    expect((await purge({})).status).toBe(422)
    expect(await (await purge({ type: TYPE })).json()).toEqual({ count: 2, hasMore: false })
    expect(await list(world)).toEqual([])
    expect(await world.deps().payloads.get(row?.key ?? '')).toBeUndefined()
    expect((await admin.fetch('POST', '/api/v1/events/tasks/purge', { body: {} })).status).toBe(422)
  })
})

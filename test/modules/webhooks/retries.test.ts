import { describe, expect, it } from 'vitest'
import { deliveryRetry, decideTry, retryAfterOf } from '../../../src/modules/webhooks/domain.ts'
import type { World } from '../../support/world.ts'
import {
  deliveryTo,
  endpointOf,
  happen,
  makeEndpoint,
  sinkName,
  sinkTarget,
  takenBy,
  webhookWorld,
} from './support.ts'

const [MINUTE, HOUR] = [60_000, 3_600_000]
const DAY = 24 * HOUR

const outcome = (status: number | null, retryAfter: number | null = null) => ({
  status,
  retryAfter,
  error: null,
  answer: null,
  latencyMs: 1,
})

/** Lets time pass and what is due be done, often enough to miss nothing. */
async function pass(world: World, milliseconds: number, step = 10 * MINUTE): Promise<void> {
  for (let left = milliseconds; left > 0; left -= step) {
    world.clock.advance(Math.min(step, left))
    await world.drain()
  }
}

describe('when a delivery is tried again', () => {
  it('W3: is 5 s, 5 and 30 min, 2, 5, 10, 14, 20 and 24 h later, over 72 h in all', () => {
    const pauses = Array.from({ length: 9 }, (_, failures) => {
      const { nextAttemptAt } = decideTry(failures, outcome(500), 0, 0)
      return nextAttemptAt
    })
    const hours = [2, 5, 10, 14, 20, 24].map((count) => count * HOUR)
    expect(pauses).toEqual([5_000, 5 * MINUTE, 30 * MINUTE, ...hours])
    expect(pauses.reduce<number>((sum, pause) => sum + (pause ?? 0), 0)).toBeGreaterThan(72 * HOUR)
    expect(decideTry(9, outcome(500), 0, 0)).toMatchObject({ state: 'failed', nextAttemptAt: null })
    expect(deliveryRetry.maxAttempts).toBe(10)
  })

  it('W3: varies, so that what failed together does not return together', () => {
    const at = (random: number) => decideTry(1, outcome(null), 0, random).nextAttemptAt
    expect(at(0.9)).toBeGreaterThan(at(0) ?? 0)
    expect(at(0.999)).toBeLessThanOrEqual(5 * MINUTE * 1.1)
  })

  it.each([429, 502, 503, 504])('W3: is a minute later at least after a %i', (status) => {
    const verdict = decideTry(0, outcome(status), 0, 0)
    expect(verdict).toMatchObject({ nextAttemptAt: MINUTE, pauseMilliseconds: MINUTE })
  })

  it('W3: is not before the answer’s Retry-After, in seconds or as a date, a day at most', () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    expect(retryAfterOf('120', now)).toBe(120_000)
    expect(retryAfterOf('Thu, 01 Jan 2026 00:10:00 GMT', now)).toBe(10 * MINUTE)
    expect(retryAfterOf('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0)
    expect(retryAfterOf('99999999', now)).toBe(DAY)
    for (const text of ['', 'soon', '-5', '1.5e9x', null])
      expect(retryAfterOf(text, now)).toBeNull()
    expect(decideTry(0, outcome(500, 10 * MINUTE), 0, 0).nextAttemptAt).toBe(10 * MINUTE)
    expect(decideTry(4, outcome(429, 10 * MINUTE), 0, 0).nextAttemptAt).toBe(5 * HOUR)
  })

  it('W3: keeps all deliveries back from an endpoint that asks for time', async () => {
    const world = await webhookWorld()
    const name = sinkName()
    const { id } = await makeEndpoint(world, { url: sinkTarget(name, 'retry-after/900') })
    await happen(world)
    await world.drain()
    await happen(world)
    await pass(world, 14 * MINUTE, 2 * MINUTE)
    expect(await takenBy(name)).toHaveLength(1)
    await pass(world, 4 * MINUTE, 2 * MINUTE)
    expect((await takenBy(name)).length).toBeGreaterThan(1)
    expect((await endpointOf(world, id)).state).toBe('enabled')
  })

  it('W3: goes on over the whole schedule and then ends as failed, ten tries later', async () => {
    const world = await webhookWorld()
    const name = sinkName()
    const { id } = await makeEndpoint(world, { url: sinkTarget(name, '500') })
    await happen(world)
    await world.drain()
    await pass(world, 6_000, 6_000)
    await pass(world, 90 * HOUR, HOUR)
    const taken = await takenBy(name)
    expect(taken).toHaveLength(10)
    expect(await deliveryTo(world, id)).toMatchObject({
      state: 'failed',
      attempts: 10,
      status: 500,
      nextAttemptAt: null,
      log: expect.toSatisfy((log: unknown[]) => log.length === 10),
    })
    const jobs = await world.rows(
      "SELECT state FROM jobs WHERE tenant_id = ? AND name = 'webhooks:deliver'",
      world.tenantId,
    )
    expect(jobs).toEqual([{ state: 'done' }])
  }, 60_000)
})

describe('an endpoint', () => {
  it('W3: that redirects is not followed, and has not taken the webhook', async () => {
    const world = await webhookWorld()
    const [name, target] = [sinkName(), sinkName()]
    const { id } = await makeEndpoint(world, { url: sinkTarget(name, `redirect/${target}`) })
    await happen(world)
    await world.drain()
    expect(await takenBy(name)).toHaveLength(1)
    expect(await takenBy(target)).toEqual([])
    expect(await deliveryTo(world, id)).toMatchObject({ state: 'pending', status: 302 })
  })

  it('W3: that answers 410 is disabled at once, and its owner is told', async () => {
    const world = await webhookWorld()
    const { id } = await makeEndpoint(world, { url: sinkTarget(sinkName(), '410') })
    const watcher = sinkName()
    await makeEndpoint(world, { url: sinkTarget(watcher), events: ['webhooks.endpoint.disabled'] })
    await happen(world)
    await world.drain()
    expect(await endpointOf(world, id)).toMatchObject({ state: 'disabled', disabledReason: 'gone' })
    expect(await deliveryTo(world, id)).toMatchObject({ state: 'failed', status: 410, attempts: 1 })
    expect(await world.auditOf(id)).toContain('webhooks.endpoint.disabled')
    expect(await world.eventsOf(id)).toEqual([
      'webhooks.endpoint.created',
      'webhooks.endpoint.disabled',
    ])
    const told = (await takenBy(watcher)).map(({ body }) => JSON.parse(body).data)
    expect(told).toEqual([expect.objectContaining({ id, reason: 'gone' })])
    const tenant = await world.deps().tenants.find({ kind: 'slug', value: world.slug })
    expect(tenant?.webhookEndpoints).toBe(1)
  })

  it('W8: that fails for five days is disabled, and its owner is told', async () => {
    const world = await webhookWorld()
    const { id } = await makeEndpoint(world, { url: sinkTarget(sinkName(), '500') })
    for (let day = 0; day < 5; day += 1) {
      await happen(world)
      await pass(world, DAY - HOUR, 6 * HOUR)
      expect((await endpointOf(world, id)).state).toBe('enabled')
      await pass(world, HOUR)
    }
    await happen(world)
    await pass(world, 8 * HOUR, HOUR)
    expect(await endpointOf(world, id)).toMatchObject({ disabledReason: 'failing' })
    expect(await world.auditOf(id)).toContain('webhooks.endpoint.disabled')
  }, 60_000)

  it('that takes one webhook has failed no more', async () => {
    const world = await webhookWorld()
    const { id } = await makeEndpoint(world, { url: sinkTarget(sinkName(), 'flaky/3') })
    await happen(world)
    await world.drain()
    expect(await endpointOf(world, id)).toMatchObject({
      failures: 1,
      failingSince: expect.anything(),
    })
    await pass(world, 3 * HOUR)
    expect(await endpointOf(world, id)).toMatchObject({ failures: 0, failingSince: null })
  })

  it('that keeps failing is left alone for a while, and then tried by one delivery only', async () => {
    const world = await webhookWorld()
    const name = sinkName()
    const { id } = await makeEndpoint(world, { url: sinkTarget(name, '500') })
    for (let count = 0; count < 5; count += 1) {
      await happen(world)
      await world.drain()
    }
    expect((await endpointOf(world, id)).pausedUntil).not.toBeNull()
    const before = (await takenBy(name)).length
    expect(before).toBe(5)
    for (let count = 0; count < 20; count += 1) await happen(world)
    await world.drain()
    expect(await takenBy(name)).toHaveLength(before)
    world.clock.advance(62_000)
    await world.drain()
    expect(await takenBy(name)).toHaveLength(before + 1)
    expect((await endpointOf(world, id)).failures).toBe(6)
  })
})

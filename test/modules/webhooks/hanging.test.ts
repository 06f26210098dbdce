import { describe, expect, it } from 'vitest'
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

describe('an endpoint that hangs', () => {
  it('W4: delays no other by more than a second, however many hang', async () => {
    const world = await webhookWorld({ env: { WEBHOOKS_TIMEOUT_MS: '3000' } })
    const good = sinkName()
    const hanging = Array.from({ length: 8 }, sinkName)
    for (const name of hanging) await makeEndpoint(world, { url: sinkTarget(name, 'hang') })
    await makeEndpoint(world, { url: sinkTarget(good) })
    for (let count = 0; count < 5; count += 1) await happen(world)
    const startedAt = Date.now()
    await world.drain()
    expect(Date.now() - startedAt).toBeGreaterThan(2_900)
    const taken = await takenBy(good)
    expect(taken).toHaveLength(5)
    const hung = (await Promise.all(hanging.map(takenBy))).flat()
    expect(hung.length).toBeGreaterThan(7)
    const firstHung = Math.min(...hung.map(({ at }) => at))
    for (const { at } of taken) expect(at - firstHung).toBeLessThan(1_000)
  })

  it('W4: is given up after its time, and tried again', async () => {
    const world = await webhookWorld({ env: { WEBHOOKS_TIMEOUT_MS: '500' } })
    const { id } = await makeEndpoint(world, { url: sinkTarget(sinkName(), 'hang') })
    await happen(world)
    await world.drain()
    expect(await deliveryTo(world, id)).toMatchObject({
      state: 'pending',
      status: null,
      error: 'timeout: no answer within 500 ms',
    })
  })

  it('W4: with an endless answer counts by its status, and little of it is read', async () => {
    const world = await webhookWorld()
    const { id } = await makeEndpoint(world, { url: sinkTarget(sinkName(), 'endless') })
    await happen(world)
    const startedAt = Date.now()
    await world.drain()
    expect(Date.now() - startedAt).toBeLessThan(3_000)
    const { state, log } = await deliveryTo(world, id)
    expect(state).toBe('succeeded')
    expect(log[0]?.answer?.length).toBeLessThanOrEqual(2_000)
  })

  it('W4: takes ten connections of an isolate and no more', async () => {
    const world = await webhookWorld({ env: { WEBHOOKS_TIMEOUT_MS: '1000' } })
    const name = sinkName()
    const { id } = await makeEndpoint(world, { url: sinkTarget(name, 'hang') })
    for (let count = 0; count < 14; count += 1) await happen(world)
    await world.drain()
    const taken = (await takenBy(name)).map(({ at }) => at)
    const atOnce = taken.map(
      (at) => taken.filter((other) => other >= at && other < at + 900).length,
    )
    expect(Math.max(...atOnce)).toBe(10)
    expect(await deliveriesTo(world, id)).toHaveLength(14)
  })
})

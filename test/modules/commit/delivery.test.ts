import { describe, expect, it } from 'vitest'
import { eventOf } from '../../../src/kernel/events.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { commit, existsGuard } from '../../../src/modules/commit/index.ts'
import type { Deps } from '../../../src/ports/deps.ts'
import { deliveryWorld, happen, happened, outboxOf } from '../../app/delivery/support.ts'
import { createFaultyDriver } from '../../support/faulty-driver.ts'
import type { World } from '../../support/world.ts'

const taker = { name: 'trial:one', handle: async () => undefined }
const large = 'x'.repeat(limits.events.payloadInRow)

/** Commits an event with a large payload; `allowed` says whether the database takes it. */
function commitLarge(world: World, deps: Deps, allowed: boolean) {
  const condition = { sql: `SELECT 1 WHERE ${allowed}`, params: [] }
  const aggregate = { type: 'trial.thing', id: 'thing-1', version: 1 }
  return world.system().then((ctx) =>
    commit(deps, ctx, {
      writes: [{ statement: existsGuard('state_allows', condition) }],
      events: [eventOf(happened, aggregate, { text: large })],
      audit: { action: 'trial.thing.happened', targetType: 'trial.thing', targetId: 'thing-1' },
      result: null,
    }),
  )
}

/** The ports of a world, with the keys that were put into the storage. */
function withKeys(world: World) {
  const keys: string[] = []
  const deps = world.deps()
  const { payloads } = deps
  const put: typeof payloads.put = (key, text) => {
    keys.push(key)
    return payloads.put(key, text)
  }
  return { keys, deps: { ...deps, payloads: { ...payloads, put } } }
}

describe('an event of a commit', () => {
  it('is owed where a subscriber cares for the tenant, and settled where none does', async () => {
    const caring = await deliveryWorld([{ ...taker, wants: ({ slug }) => slug !== '' }])
    await happen(caring, 'thing-1')
    expect(await outboxOf(caring, 'thing-1')).toMatchObject([{ settled: null }])
    const careless = await deliveryWorld([{ ...taker, wants: () => false }])
    await happen(careless, 'thing-1')
    expect(await outboxOf(careless, 'thing-1')).toMatchObject([{ settled: careless.clock.now() }])
  })
})

describe('a payload that is kept aside', () => {
  it('is not left behind by a commit that the database refuses', async () => {
    const world = await deliveryWorld([taker])
    const { keys, deps } = withKeys(world)
    await expect(commitLarge(world, deps, false)).rejects.toMatchObject({
      definition: { code: 'conflict' },
    })
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatch(`${world.tenantId}/events/`)
    expect(await world.deps().payloads.get(keys[0] ?? '')).toBeUndefined()
  })

  it('stays when nobody knows whether the commit was written', async () => {
    let driver: ReturnType<typeof createFaultyDriver> | undefined
    const world = await deliveryWorld([taker], {
      env: { DATABASE_RETRIES: '0' },
      wrapDriver: (real) => (driver = createFaultyDriver(real)),
    })
    const { keys, deps } = withKeys(world)
    await world.system()
    if (driver) driver.fault = ({ mode }) => (mode === 'write' ? { kind: 'fail-after' } : undefined)
    await expect(commitLarge(world, deps, true)).rejects.toMatchObject({
      failure: { kind: 'unavailable' },
    })
    if (driver) driver.fault = () => undefined
    expect(await world.deps().payloads.get(keys[0] ?? '')).toContain('xxx')
    expect(await outboxOf(world, 'thing-1')).toHaveLength(1)
    expect(await world.drain()).toBe(1)
  })

  it('stops the commit when the storage does not take it', async () => {
    const world = await deliveryWorld([taker])
    const deps = world.deps()
    const payloads = { ...deps.payloads, put: () => Promise.reject(new Error('no storage')) }
    await expect(commitLarge(world, { ...deps, payloads }, true)).rejects.toThrow('no storage')
    expect(await outboxOf(world, 'thing-1')).toEqual([])
  })
})

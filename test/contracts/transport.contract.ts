import { describe, expect, it, vi } from 'vitest'
import { relayJobs } from '../../src/modules/jobs/index.ts'
import { PRIMARY_SHARD } from '../../src/ports/database.ts'
import type { WakeUp } from '../../src/ports/transport.ts'
import { order, trialJob } from '../app/delivery/job-support.ts'
import { type World, createWorld } from '../support/world.ts'

/** Nobody performs it: a worker that is woken up for it says so and leaves it for later. */
const unknown = trialJob(async () => null, { name: 'trial:nobody' })

/** What every transport of wake-up calls does, between a relay and the workers of the platform. */
export function transportContract(name: string, variables: Readonly<Record<string, string>>): void {
  const trial = async (count: number) => {
    const world = await createWorld({ env: variables })
    await order(world, unknown, ...Array.from({ length: count }, (_, n) => `job ${n}`))
    return world
  }

  describe(`the transport ${name}`, () => {
    it.each([1, 250])('brings %i wake-up calls to a worker', async (count) => {
      const world = await trial(count)
      await world.drain()
      await vi.waitFor(async () => expect(await lookedAt(world)).toBe(count), WAIT)
    })

    it('brings those of sends at the same time', async () => {
      const world = await trial(2)
      const [first, second] = await claimed(world)
      if (!first || !second) throw new Error('two jobs were to be claimed')
      const { transport } = world.deps()
      await Promise.all([transport.send([first]), transport.send([second])])
      await vi.waitFor(async () => expect(await lookedAt(world)).toBe(2), WAIT)
    })

    it('may bring a call twice, and one of a lease that has ended, which harms nobody', async () => {
      const world = await trial(2)
      const [first, second] = await claimed(world)
      if (!first || !second) throw new Error('two jobs were to be claimed')
      const { transport } = world.deps()
      await transport.send([first, first, { ...second, lease: first.id }])
      await transport.send([first])
      await vi.waitFor(async () => expect(await lookedAt(world)).toBe(1), WAIT)
    })

    it('asks for a look at what is due again, without an answer to wait for', async () => {
      const world = await trial(0)
      const { transport } = world.deps()
      await expect(transport.relayLater(PRIMARY_SHARD, 1)).resolves.toBeUndefined()
    })

    it('has nothing to do for no calls', async () => {
      const world = await trial(0)
      await expect(world.deps().transport.send([])).resolves.toBeUndefined()
    })
  })
}

/** Queues keep a batch open for up to a second. */
const WAIT = { timeout: 20_000, interval: 50 }

/** How many of the world's trial jobs a worker has looked at. */
async function lookedAt(world: World): Promise<number> {
  const rows = await world.rows(
    `SELECT id FROM jobs WHERE tenant_id = ? AND name = 'trial:nobody' AND last_error IS NOT NULL`,
    world.tenantId,
  )
  return rows.length
}

/** The wake-up calls of the world's trial jobs, caught before they are sent. */
async function claimed(world: World): Promise<WakeUp[]> {
  const caught: WakeUp[] = []
  const deps = {
    ...world.deps(),
    transport: {
      ...world.deps().transport,
      send: async (some: readonly WakeUp[]) => void caught.push(...some),
    },
  }
  const call = { shard: PRIMARY_SHARD, now: world.clock.now(), tenantId: world.tenantId }
  await relayJobs(deps, call)
  return caught
}

import { describe, expect, it } from 'vitest'
import { createEpisode } from './episode.ts'
import { violationsOf } from './invariants.ts'

/** `npm run simulate -- --seed <n> --steps <n>` sets both; a seed with its steps repeats a run. */
const seed = Number(process.env['SIMULATION_SEED'] ?? Date.now() % 2 ** 31)
const steps = Number(process.env['SIMULATION_STEPS'] ?? 1_000_000)

const STEPS_PER_EPISODE = 10_000

describe(`delivery in a storm, from seed ${seed}`, () => {
  it(`loses nothing and does nothing twice in ${steps} steps`, async () => {
    let taken = 0
    for (let episode = 0; taken < steps; episode++) {
      const run = await createEpisode(seed + episode)
      await run.storm(STEPS_PER_EPISODE)
      await run.heal()
      expect(await violationsOf(run), `seed ${seed + episode}`).toEqual([])
      expect(run.ledger.acknowledged.size).toBeGreaterThan(0)
      taken += run.steps()
    }
  }, 600_000)
})

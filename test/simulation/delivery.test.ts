import { describe, expect, it } from 'vitest'
import { createEpisode } from './episode.ts'
import { violationsOf } from './invariants.ts'

/** `npm run simulate -- --seed <n> --steps <n>` sets both; a seed with its steps repeats a run. */
const seed = Number(process.env['SIMULATION_SEED'] ?? Date.now() % 2 ** 31)
const steps = Number(process.env['SIMULATION_STEPS'] ?? 1_000_000)

const STEPS_PER_EPISODE = 10_000

describe(`delivery in a storm, from seed ${seed}`, () => {
  it(`loses nothing and does nothing twice in ${steps} steps`, async () => {
    const seen = new Map<string, number>()
    let taken = 0
    for (let episode = 0; taken < steps; episode++) {
      const run = await createEpisode(seed + episode)
      await run.storm(STEPS_PER_EPISODE)
      await run.heal()
      expect(await violationsOf(run), `seed ${seed + episode}`).toEqual([])
      expect(run.ledger.acknowledged.size).toBeGreaterThan(0)
      for (const [what, count] of await run.hardships())
        seen.set(what, (seen.get(what) ?? 0) + count)
      taken += run.steps()
    }
    // A storm in which nothing went wrong would prove nothing.
    for (const [what, count] of seen) expect(count, what).toBeGreaterThan(0)
  }, 600_000)
})

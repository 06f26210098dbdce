import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/limits.ts'
import { type Episode, createEpisode, query } from './episode.ts'
import type { Fate } from './faults.ts'
import { violationsOf } from './invariants.ts'

const SEED = 7

/** Two writes of one thing and another, one with a payload that is kept aside, and all that follows. */
async function scenario(fateOf: () => Fate): Promise<Episode> {
  const run = await createEpisode(SEED, fateOf)
  await run.finish(run.write({ isPoison: false }))
  await run.finish(run.write({ isPoison: false, text: long }))
  await run.heal()
  return run
}

const long = 'x'.repeat(limits.events.payloadInRow)

describe('one call of any port that fails', () => {
  it.each(['fail-before', 'fail-after'] as const)(
    '(%s) loses nothing and doubles nothing, whichever call it is',
    async (fate) => {
      let calls = 0
      await scenario(() => {
        calls += 1
        return 'done'
      })
      expect(calls).toBeGreaterThan(20)
      for (let failing = 1; failing <= calls; failing++) {
        let number = 0
        const run = await scenario(() => (++number === failing ? fate : 'done'))
        const where = `call ${failing} of ${calls}`
        expect(await violationsOf(run), where).toEqual([])
        expect(run.ledger.acknowledged.size, where).toBe(2)
        const effects = await query(run.driver, "SELECT 1 FROM effects WHERE by = 'effect'")
        expect(effects, where).toHaveLength(2)
      }
    },
    120_000,
  )
})

import { DatabaseError, type SqlDriver } from '../../src/ports/database.ts'
import type { PayloadStore } from '../../src/ports/payloads.ts'
import type { Transport, WakeUp } from '../../src/ports/transport.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** How often what goes wrong; all zero when everything is well. */
export interface Rates {
  /** Nothing is done and the call fails. */
  failBefore: number
  /** All is done and the answer is lost. */
  failAfter: number
  /** A message that never arrives. */
  drop: number
  /** A message that arrives again. */
  duplicate: number
  /** A subscriber or a job that throws. */
  throwing: number
}

/** The rates of a hostile world. */
export const hostile: Rates = {
  failBefore: 0.02,
  failAfter: 0.02,
  drop: 0.03,
  duplicate: 0.1,
  throwing: 0.05,
}

/** Rates of nothing. */
export const calm: Rates = { failBefore: 0, failAfter: 0, drop: 0, duplicate: 0, throwing: 0 }

/** What happens to a call of a port. */
export type Fate = 'done' | 'fail-before' | 'fail-after'

/** What the simulated ports are made of. */
export interface Weather {
  readonly random: Random
  readonly scheduler: Scheduler
  readonly rates: Rates
  /** Decides on each call of a port, in the order of the calls. */
  readonly fateOf: () => Fate
}

/** Fates by chance. */
export function byChance(random: Random, rates: Rates): Weather['fateOf'] {
  return () => {
    if (random.chance(rates.failBefore)) return 'fail-before'
    return random.chance(rates.failAfter) ? 'fail-after' : 'done'
  }
}

async function suffer<T>(weather: Weather, owner: number, run: () => Promise<T>): Promise<T> {
  const fate = weather.fateOf()
  await weather.scheduler.pause(owner)
  if (fate === 'fail-before') throw lost()
  const result = await run()
  await weather.scheduler.pause(owner)
  if (fate === 'fail-after') throw lost()
  return result
}

/** A driver as an isolate sees it: calls travel, are lost on the way out or on the way back. */
export function createStormyDriver(driver: SqlDriver, weather: Weather, owner: number): SqlDriver {
  return {
    batch: (statements, mode) => suffer(weather, owner, () => driver.batch(statements, mode)),
  }
}

/** A store of payloads in memory. */
export function createStormyPayloads(
  objects: Map<string, string>,
  weather: Weather,
  owner: number,
): PayloadStore {
  return {
    put: (key, text) => suffer(weather, owner, async () => void objects.set(key, text)),
    get: (key) => suffer(weather, owner, async () => objects.get(key)),
    remove: (keys) =>
      suffer(weather, owner, async () => {
        for (const key of keys) objects.delete(key)
      }),
  }
}

/** A queue that loses, doubles and reorders. */
export function createStormyTransport(queue: WakeUp[], weather: Weather, owner: number): Transport {
  const { random, rates } = weather
  return {
    // Cron alone finds what is due again.
    relayLater: () => Promise.resolve(),
    send: (wakeUps) =>
      suffer(weather, owner, async () => {
        for (const wakeUp of wakeUps) if (!random.chance(rates.drop)) queue.push(wakeUp)
      }),
  }
}

function lost(): DatabaseError {
  return new DatabaseError({ kind: 'unavailable' })
}

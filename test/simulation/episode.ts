import { createPublicCache } from '../../src/adapters/cache/public-memory.ts'
import { createShards } from '../../src/adapters/database/shards.ts'
import { createConsoleTelemetry } from '../../src/adapters/telemetry/console.ts'
import { noTotals } from '../../src/adapters/totals/none.ts'
import { createNoTracing } from '../../src/adapters/tracing/scopes.ts'
import { answerWakeUps } from '../../src/app/delivery/drain.ts'
import { createSubscriptions } from '../../src/app/delivery/subscribers.ts'
import { createWaker } from '../../src/app/delivery/wake.ts'
import type { Isolate } from '../../src/app/isolate.ts'
import { depsOf } from '../../src/app/lifecycle/deps.ts'
import { type TenantSnapshot, systemContext } from '../../src/kernel/context.ts'
import { AppError } from '../../src/kernel/errors.ts'
import { createIds } from '../../src/kernel/ids.ts'
import { limits } from '../../src/kernel/limits.ts'
import { ReplayedResult } from '../../src/modules/commit/index.ts'
import { DatabaseError, PRIMARY_SHARD, type SqlDriver } from '../../src/ports/database.ts'
import type { WakeUp } from '../../src/ports/transport.ts'
import {
  type Weather,
  byChance,
  calm,
  createStormyDriver,
  createStormyPayloads,
  createStormyTransport,
  hostile,
} from './faults.ts'
import { createRandom } from './random.ts'
import { createScheduler } from './scheduler.ts'
import { createSqliteDriver } from './sqlite.ts'
import { type TrialState, TRIAL_TABLES, changeThing, trialModule } from './trial.ts'

const START = 1_767_225_600_000
const THINGS = 12
const ISOLATES = 3
/** More than a row takes. */
const LONG = 'x'.repeat(limits.events.payloadInRow)

/** What a writer knows at the end: what it was promised. */
export interface Ledger {
  /** Writes that were acknowledged. */
  readonly acknowledged: Set<string>
  /** Writes that were refused: nothing of them may be there. */
  readonly refused: Set<string>
  readonly poisoned: Set<string>
}

/** A run of the delivery with everything in it, for one seed. */
export interface Episode {
  readonly driver: SqlDriver
  readonly ledger: Ledger
  /** Starts a write by a client that insists, on an isolate of the seed’s choice. */
  write(options?: { readonly isPoison?: boolean; readonly text?: string }): Promise<void>
  /** How many actions and resumed calls there were. */
  readonly steps: () => number
  /** Lets everything go on until a piece of work has ended. */
  finish(work: Promise<void>): Promise<void>
  /** Lets the storm rage for a number of steps. */
  storm(steps: number): Promise<void>
  /** Ends all faults and runs until nothing is owed. Throws when something stays owed. */
  heal(): Promise<void>
  /** How often what went wrong. */
  hardships(): Promise<ReadonlyMap<string, number>>
  readonly state: TrialState
}

const tenant: TenantSnapshot = {
  id: '01931f7e-0000-7000-8000-000000000001',
  slug: 'trial',
  name: 'Trial',
  status: 'active',
  version: 1,
  isControl: false,
  shard: PRIMARY_SHARD,
  hosts: [],
  origins: [],
  defaultLocale: 'en',
  locales: [],
  modules: {},
  roles: {},
  settings: {},
  webhookEndpoints: 0,
}

/** Makes an episode: several isolates over one database and one queue, in an order that the seed chooses. */
export async function createEpisode(seed: number, fateOf?: Weather['fateOf']): Promise<Episode> {
  const random = createRandom(seed)
  const scheduler = createScheduler(random, START)
  const rates = fateOf ? { ...calm } : { ...hostile }
  const weather = { random, scheduler, rates, fateOf: fateOf ?? byChance(random, rates) }
  const objects = new Map<string, string>()
  const driver = createSqliteDriver(TRIAL_TABLES)
  const queue: WakeUp[] = []
  const state: TrialState = { isPoisonous: true }
  const ledger: Ledger = { acknowledged: new Set(), refused: new Set(), poisoned: new Set() }
  let owners = 0
  let steps = 0
  let writes = 0

  const start = () => {
    owners += 1
    return {
      owner: owners,
      isolate: createSimulatedIsolate({ driver, queue, objects, state }, weather, owners),
    }
  }
  let running = Array.from({ length: ISOLATES }, start)
  for (let thing = 0; thing < THINGS; thing++)
    await query(driver, 'INSERT INTO things (id, version) VALUES (?, 0)', `thing-${thing}`)

  const write: Episode['write'] = async ({ isPoison = random.chance(0.01), text } = {}) => {
    const name = `write-${(writes += 1)}`
    const thing = `thing-${random.below(THINGS)}`
    const [row] = await query<{ version: number }>(
      driver,
      'SELECT version FROM things WHERE id = ?',
      thing,
    )
    const words = text ?? (random.chance(0.02) ? LONG : '')
    const change = { thing, from: row?.version ?? 0, write: name, isPoison, text: words }
    if (change.isPoison) ledger.poisoned.add(name)
    const { isolate } = random.pick(running)
    await insist(isolate, weather, ledger, change)
  }

  const act = async () => {
    steps += 1
    const dice = random.below(1_000)
    if (dice < 30) void write()
    else if (dice < 130 && queue.length > 0)
      takeFromQueue(queue, weather, random.pick(running).isolate)
    else if (dice < 138) void random.pick(running).isolate.wake(PRIMARY_SHARD)
    else if (dice < 188) await scheduler.advance(random.below(1_000))
    else if (dice < 189) await scheduler.advance(random.below(180_000))
    else if (dice < 190) {
      const victim = random.pick(running)
      scheduler.kill(victim.owner)
      running = [...running.filter((one) => one !== victim), start()]
    } else await scheduler.step()
  }

  return {
    driver,
    ledger,
    state,
    write,
    steps: () => steps,
    async hardships() {
      const counts = await query<{ what: string; count: number }>(driver, HARDSHIPS)
      return new Map([
        ...counts.map(({ what, count }) => [what, count] as const),
        ['isolates killed', owners - ISOLATES],
        ['writes refused', ledger.refused.size],
      ])
    },
    async finish(work) {
      let isDone = false
      void work.finally(() => {
        isDone = true
      })
      while (!isDone) await scheduler.step()
    },
    async storm(count) {
      for (let done = 0; done < count; done++) await act()
    },
    async heal() {
      Object.assign(weather.rates, calm)
      for (let round = 0; round < 5_000; round++) {
        while (await scheduler.step()) steps += 1
        if (queue.length > 0) takeFromQueue(queue, weather, random.pick(running).isolate)
        else if ((await owedIn(driver)) === 0) return
        else {
          await scheduler.advance(60_000)
          void random.pick(running).isolate.wake(PRIMARY_SHARD)
        }
      }
      throw new Error('something is still owed after five thousand calm rounds')
    },
  }
}

function takeFromQueue(queue: WakeUp[], { random, rates }: Weather, isolate: Isolate): void {
  const batch: WakeUp[] = []
  for (let count = random.below(10) + 1; count > 0 && queue.length > 0; count--) {
    const index = random.below(queue.length)
    const message = queue[index]
    if (message) batch.push(message)
    if (!random.chance(rates.duplicate)) queue.splice(index, 1)
  }
  void answerWakeUps(isolate, batch).then(() => isolate.wake(PRIMARY_SHARD))
}

/** A client that asks again with the same idempotency key until it knows. */
async function insist(
  isolate: Isolate,
  weather: Weather,
  ledger: Ledger,
  change: Parameters<typeof changeThing>[3],
): Promise<void> {
  const claim = { id: change.write, fingerprint: change.write }
  for (let tries = 0; tries < 20; tries++) {
    try {
      const call = { name: 'writer', permissions: [], id: change.write, now: isolate.clock.now() }
      const ctx = { ...systemContext(tenant, call), idempotency: claim }
      await changeThing(depsOf(isolate), ctx, weather, change)
      ledger.acknowledged.add(change.write)
      return
    } catch (error) {
      if (error instanceof ReplayedResult) {
        ledger.acknowledged.add(change.write)
        return
      }
      if (error instanceof AppError) {
        ledger.refused.add(change.write)
        return
      }
      if (!(error instanceof DatabaseError) || error.failure.kind !== 'unavailable') throw error
    }
  }
}

const HARDSHIPS = `
  SELECT 'events tried again' AS what, count(*) AS count FROM outbox WHERE attempts > 1
  UNION ALL SELECT 'dead letters', count(*) FROM outbox WHERE dead_at IS NOT NULL
  UNION ALL SELECT 'jobs tried again', count(*) FROM jobs WHERE attempts > 1
  UNION ALL SELECT 'jobs whose worker was lost', count(*) FROM job_attempts WHERE outcome = 'lost'
  UNION ALL SELECT 'payloads kept aside', count(*) FROM outbox WHERE payload_key IS NOT NULL`

async function owedIn(driver: SqlDriver): Promise<number> {
  const [row] = await query<{ owed: number }>(
    driver,
    `SELECT (SELECT count(*) FROM outbox WHERE settled_at IS NULL AND dead_at IS NULL)
      + (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')) AS owed`,
  )
  return row?.owed ?? 0
}

/** Asks the simulated database, past all faults. */
export async function query<R>(
  driver: SqlDriver,
  sql: string,
  ...params: (string | number | null)[]
): Promise<R[]> {
  const [result] = await driver.batch([{ sql, params }], 'write')
  // -- the caller names the columns of its own statement
  return (result?.rows ?? []) as R[]
}

/** What all isolates share. */
interface Outside {
  readonly driver: SqlDriver
  readonly queue: WakeUp[]
  readonly objects: Map<string, string>
  readonly state: TrialState
}

function createSimulatedIsolate(outside: Outside, weather: Weather, owner: number): Isolate {
  const { driver, queue, objects, state } = outside
  const { random, scheduler } = weather
  const skew = random.below(2_000) - 1_000
  const clock = { now: () => scheduler.now() + skew }
  const modules = [trialModule(weather, state)]
  const subscriptions = createSubscriptions(modules)
  const wake = createWaker()
  const shards = createShards(
    new Map([[PRIMARY_SHARD, createStormyDriver(driver, weather, owner)]]),
    { timeoutMilliseconds: 1_000_000, retries: 0, random: () => 0 },
  )
  // -- delivery asks for no other port: no request comes in here
  const isolate = {
    clock,
    wake: (shard: string) => wake(isolate, shard),
    tenantsOf: () => ({ find: async () => tenant }),
    tracing: createNoTracing(),
    totals: noTotals,
    shared: {
      clock,
      shards,
      modules,
      subscriptions,
      isAwaited: subscriptions.isAwaited,
      ids: createIds(clock, (length) => random.bytes(length)),
      publicCache: createPublicCache({ clock, maxBytes: 0, ttlMilliseconds: 0 }),
      telemetry: createConsoleTelemetry({ clock, level: 'silent', format: 'json', base: {} }),
      transport: createStormyTransport(queue, weather, owner),
      payloads: createStormyPayloads(objects, weather, owner),
      bus: { publish: () => true },
      // Real digests are made on threads, whose turns no seed decides.
      secrets: { digest: async (purpose: string, text: string) => `${purpose} ${text.length}` },
      startTimer: (milliseconds: number, fire: () => void) =>
        scheduler.startTimer(owner, milliseconds, fire),
      random: () => random.fraction(),
    },
  } as unknown as Isolate
  return isolate
}

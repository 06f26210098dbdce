import { randomInt, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, createClient } from './chaos/client.ts'
import { type SmallDisk, mountSmallDisk } from './chaos/disk.ts'
import { type ChaosFlags, chaosHelp, parseChaosFlags } from './chaos/flags.ts'
import { type Sink, startSink } from './chaos/sink.ts'
import { type Verdict, diskVerdictsOf, owedIn, verdictsOf } from './chaos/verdict.ts'
import type { StartFlags } from './start/flags.ts'
import { findFreePort } from './start/port.ts'
import { prepare } from './start/prepare.ts'
import { seedDemo } from './start/seed.ts'
import { type LocalWorker, startWorker, untilReady } from './start/worker.ts'
import { runMain } from './support/main.ts'
import { abortOnSignals } from './support/signals.ts'

/** Milliseconds of load before a kill. */
const LEAST_LOAD = 200
const MOST_LOAD = 2_500

/** A webhook that has failed twice is tried again after five minutes. */
const CALM_MILLISECONDS = 480_000
const TICK_MILLISECONDS = 2_000

/** Milliseconds that a runtime stands still. */
const LEAST_FREEZE = 3_000
const MOST_FREEZE = 8_000

const FULL_MILLISECONDS = 3_000
const LOOK_EVERY_MILLISECONDS = 20

interface Trial {
  readonly flags: StartFlags
  readonly sink: Sink
  readonly disk: SmallDisk | undefined
  readonly signal: AbortSignal
}

/** Starts the runtime on the state of the one before. */
async function startRuntime({ flags, sink, signal }: Trial): Promise<LocalWorker> {
  const worker = startWorker(flags, signal, {
    LIMITS_REQUESTS_PER_MINUTE: '10000000',
    WEBHOOKS_ALLOWED_HOSTS: sink.host,
  })
  await untilReady(worker, signal)
  return worker
}

/** Creates posts one after the other until the load ends; tells each that was acknowledged. */
async function write(
  client: Client,
  ended: AbortSignal,
  acknowledged: Map<string, string>,
): Promise<void> {
  while (!ended.aborted) {
    const key = randomUUID()
    const body = { title: `Chaos ${key}`, body: 'Written while the runtime is killed.' }
    acknowledged.set(key, await client.create('/api/v1/blog/posts', key, body))
  }
}

/** A tick that does not come is one that cron has missed: the next one finds all. */
async function tick(origin: string): Promise<void> {
  try {
    const response = await fetch(`${origin}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`)
    await response.body?.cancel()
  } catch (error) {
    console.error(`a cron tick failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Lets cron tick until nothing is owed; leases of the last victim have to end first. */
async function calm(worker: LocalWorker, folder: string, signal: AbortSignal): Promise<void> {
  const start = performance.now()
  while (owedIn(folder) > 0 && performance.now() - start < CALM_MILLISECONDS) {
    signal.throwIfAborted()
    await tick(worker.origin)
    await pause(TICK_MILLISECONDS)
  }
}

/** A trial under way: the runtime that is struck, and what is known from outside. */
interface Course {
  worker: LocalWorker
  readonly client: Client
  readonly acknowledged: Map<string, string>
  /** Milliseconds from a kill until the next runtime was ready. */
  readonly restarts: number[]
  /** Milliseconds from the moment that a full disk had room until a write was acknowledged. */
  readonly resumptions: number[]
  /** Answers of the server's fault while the disk was full. */
  readonly faultsWhenFull: string[]
}

async function killOnce(course: Course, trial: Trial): Promise<void> {
  const start = performance.now()
  await course.worker.kill()
  course.worker = await startRuntime(trial)
  course.restarts.push(performance.now() - start)
}

async function freezeOnce({ worker }: Course): Promise<void> {
  worker.freeze(true)
  await pause(randomInt(LEAST_FREEZE, MOST_FREEZE))
  worker.freeze(false)
}

async function fillOnce(course: Course, { disk, signal }: Trial): Promise<void> {
  const { client, acknowledged } = course
  const known = client.faults.length
  await disk?.fill()
  await pause(FULL_MILLISECONDS)
  course.faultsWhenFull.push(...client.faults.slice(known))
  await disk?.free()
  const start = performance.now()
  const before = acknowledged.size
  while (acknowledged.size === before) {
    signal.throwIfAborted()
    await pause(LOOK_EVERY_MILLISECONDS)
  }
  course.resumptions.push(performance.now() - start)
}

async function strike(
  { kills, freezes, fills }: ChaosFlags,
  course: Course,
  trial: Trial,
): Promise<void> {
  const blows = [
    { what: 'killed', times: kills, once: killOnce },
    { what: 'frozen', times: freezes, once: freezeOnce },
    { what: 'filled', times: fills, once: fillOnce },
  ]
  for (const { what, times, once } of blows) {
    for (let time = 1; time <= times; time++) {
      await pause(randomInt(LEAST_LOAD, MOST_LOAD))
      await once(course, trial)
      console.log(
        `${what} ${time} of ${times} times: ${course.acknowledged.size} writes acknowledged`,
      )
    }
  }
}

async function run(chaos: ChaosFlags, trial: Trial): Promise<boolean> {
  const { flags, sink, signal } = trial
  const secrets = await prepare(flags, signal)
  const worker = await startRuntime(trial)
  await seedDemo(worker.origin, secrets.APP_SECRET)
  const client = createClient(worker.origin, secrets.DEMO_PASSWORD, signal)
  await client.create('/api/v1/webhooks/endpoints', randomUUID(), {
    url: `http://${sink.host}/`,
    events: ['blog.post.*'],
  })
  const acknowledged = new Map<string, string>()
  const course: Course = {
    worker,
    client,
    acknowledged,
    restarts: [],
    resumptions: [],
    faultsWhenFull: [],
  }
  const loaded = new AbortController()
  const load = Promise.all(
    Array.from({ length: chaos.writers }, () => write(client, loaded.signal, acknowledged)),
  )
  await Promise.race([load, strike(chaos, course, trial)])
  loaded.abort()
  await load
  await calm(course.worker, flags.persistTo, signal)
  await course.worker.kill()
  const verdicts = [
    ...verdictsOf(flags.persistTo, { acknowledged, taken: sink.taken }),
    ...diskVerdictsOf(course),
  ]
  report(course, sink, verdicts)
  return verdicts.every(({ broken }) => broken.length === 0)
}

function report(course: Course, sink: Sink, verdicts: readonly Verdict[]): void {
  for (const { rule, broken } of verdicts) {
    const why = broken.length > 0 ? `: ${broken.length} (${broken.slice(0, 3).join(', ')})` : ''
    console.log(`${broken.length === 0 ? 'holds' : 'BROKEN'}: ${rule}${why}`)
  }
  const twice = [...sink.taken.values()].filter((count) => count > 1).length
  console.log(
    `${course.acknowledged.size} writes, ${sink.taken.size} events told, ${twice} of them more than once (an answer was lost)`,
  )
  const restarts = course.restarts.toSorted((a, b) => a - b)
  const median = restarts[Math.floor(restarts.length / 2)]
  if (median !== undefined) console.log(`back after a kill: p50 ${Math.round(median)} ms`)
  if (course.faultsWhenFull.length > 0) {
    console.log(
      `refused on a full disk: ${course.faultsWhenFull.length}; writes again after ${course.resumptions.map(Math.round).join(', ')} ms`,
    )
  }
}

async function main(): Promise<number> {
  const chaos = parseChaosFlags(process.argv.slice(2))
  if (chaos.help) {
    console.log(chaosHelp)
    return 0
  }
  const stopped = abortOnSignals()
  const over = new AbortController()
  const signal = AbortSignal.any([stopped, over.signal])
  const persistTo = await mkdtemp(join(tmpdir(), 'chaos-'))
  const disk = chaos.fills > 0 ? await mountSmallDisk(persistTo) : undefined
  const sink = await startSink()
  const flags = {
    host: '127.0.0.1',
    port: await findFreePort(),
    persistTo,
    seed: true,
    help: false,
  }
  try {
    return (await run(chaos, { flags, sink, disk, signal })) ? 0 : 1
  } finally {
    over.abort()
    sink.close()
    await disk?.unmount()
    await rm(persistTo, { recursive: true, force: true })
  }
}

await runMain(chaosHelp, main)

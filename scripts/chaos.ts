import { randomInt, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from './chaos/client.ts'
import { type ChaosFlags, chaosHelp, parseChaosFlags } from './chaos/flags.ts'
import { type Sink, startSink } from './chaos/sink.ts'
import { owedIn, verdictsOf } from './chaos/verdict.ts'
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

const CALM_MILLISECONDS = 240_000
const TICK_MILLISECONDS = 2_000

interface Trial {
  readonly flags: StartFlags
  readonly sink: Sink
  readonly signal: AbortSignal
}

/** Starts the runtime on the state of the one before. */
async function start({ flags, sink, signal }: Trial): Promise<LocalWorker> {
  const worker = startWorker(flags, signal, {
    LIMITS_REQUESTS_PER_MINUTE: '10000000',
    WEBHOOKS_ALLOWED_HOSTS: sink.host,
  })
  await untilReady(worker, signal)
  return worker
}

/** Creates posts one after the other until the load ends; tells each that was acknowledged. */
async function write(
  client: ReturnType<typeof createClient>,
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

async function run({ kills, writers }: ChaosFlags, trial: Trial): Promise<boolean> {
  const { flags, sink, signal } = trial
  const secrets = await prepare(flags, signal)
  let worker = await start(trial)
  await seedDemo(worker.origin, secrets.APP_SECRET)
  const client = createClient(worker.origin, secrets.DEMO_PASSWORD, signal)
  await client.create('/api/v1/webhooks/endpoints', randomUUID(), {
    url: `http://${sink.host}/`,
    events: ['blog.post.*'],
  })
  const acknowledged = new Map<string, string>()
  const loaded = new AbortController()
  const load = Promise.all(
    Array.from({ length: writers }, () => write(client, loaded.signal, acknowledged)),
  )
  for (let kill = 1; kill <= kills; kill++) {
    await Promise.race([load, pause(randomInt(LEAST_LOAD, MOST_LOAD))])
    await worker.kill()
    worker = await start(trial)
    console.log(`killed ${kill} of ${kills} times: ${acknowledged.size} writes acknowledged`)
  }
  loaded.abort()
  await load
  await calm(worker, flags.persistTo, signal)
  await worker.kill()
  const verdicts = verdictsOf(flags.persistTo, { acknowledged, taken: sink.taken })
  for (const { rule, broken } of verdicts) {
    const why = broken.length > 0 ? `: ${broken.length} (${broken.slice(0, 3).join(', ')})` : ''
    console.log(`${broken.length === 0 ? 'holds' : 'BROKEN'}: ${rule}${why}`)
  }
  const twice = [...sink.taken.values()].filter((count) => count > 1).length
  console.log(
    `${acknowledged.size} writes, ${sink.taken.size} events told, ${twice} of them more than once (an answer was lost)`,
  )
  return verdicts.every(({ broken }) => broken.length === 0)
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
  const sink = await startSink()
  const flags = {
    host: '127.0.0.1',
    port: await findFreePort(),
    persistTo,
    seed: true,
    help: false,
  }
  try {
    return (await run(chaos, { flags, sink, signal })) ? 0 : 1
  } finally {
    over.abort()
    sink.close()
    await rm(persistTo, { recursive: true, force: true })
  }
}

await runMain(chaosHelp, main)

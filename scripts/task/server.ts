import * as z from 'zod'
import { parseStartFlags } from '../start/flags.ts'
import { type LocalSecrets, readLocalSecrets } from '../start/local-secrets.ts'
import { findFreePort } from '../start/port.ts'
import { prepare } from '../start/prepare.ts'
import { readRunning } from '../start/running.ts'
import { seedDemo } from '../start/seed.ts'
import { startWorker, untilReady } from '../start/worker.ts'
import { StepError } from '../support/main.ts'
import { inRoot } from '../support/paths.ts'

/** The server that runs the task. */
export interface Server {
  readonly origin: string
  /** Local secrets of a server of this machine; undefined for any other. */
  readonly secrets: Partial<LocalSecrets> | undefined
  /** Ends the server when it was started for the task. */
  readonly stop: () => Promise<void>
}

const DEFAULT_ORIGIN = 'http://127.0.0.1:8787'
const ANSWER_WITHIN_MS = 5_000

const health = z.object({ app: z.literal('rustok-edge') })
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

type Listener = 'ours' | 'stranger' | 'nobody'

const listenerAt = async (origin: string): Promise<Listener> => {
  try {
    const response = await fetch(`${origin}/health`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const answer = await response.json().catch(() => undefined)
    return health.safeParse(answer).success ? 'ours' : 'stranger'
  } catch {
    return 'nobody'
  }
}

const secretsFor = (origin: string): Promise<Partial<LocalSecrets>> | undefined =>
  loopback.has(new URL(origin).hostname) ? readLocalSecrets(inRoot('.dev.vars')) : undefined

const startServer = async (signal: AbortSignal): Promise<Server> => {
  const flags = { ...parseStartFlags([]), port: await findFreePort() }
  const secrets = await prepare(flags, signal)
  const stopping = new AbortController()
  const worker = startWorker(flags, stopping.signal)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await worker.ended
  }
  try {
    await untilReady(worker, signal)
    await seedDemo(worker.origin, secrets.APP_SECRET)
    return { origin: worker.origin, secrets, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const ours = async (origin: string): Promise<Server> => ({
  origin,
  secrets: await secretsFor(origin),
  stop: async () => {},
})

/** The server that `npm start` runs, wherever it listens; undefined when it has gone. */
const startedServer = async (): Promise<Server | undefined> => {
  const running = await readRunning()
  if (running === undefined || (await listenerAt(running.origin)) !== 'ours') return undefined
  return ours(running.origin)
}

/**
 * Finds the server at `url`, or the one that `npm start` runs on this machine; when there is none,
 * starts one that runs until `stop`. Throws `StepError` when `url` leads to nobody or to another
 * program.
 */
export async function reachServer(url: string | undefined, signal: AbortSignal): Promise<Server> {
  const started = url === undefined ? await startedServer() : undefined
  if (started !== undefined) return started
  const origin = url ?? DEFAULT_ORIGIN
  const listener = await listenerAt(origin)
  if (listener === 'ours') return ours(origin)
  if (listener === 'stranger') throw new StepError(`${origin} is not RusToK Edge: choose by --url`)
  if (url !== undefined) throw new StepError(`Nothing answers at ${origin}`)
  console.log(`Nothing answers at ${origin}: a Worker runs for this task`)
  return startServer(signal)
}

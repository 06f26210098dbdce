import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { StepError } from '../support/main.ts'
import { freezeGroup, killGroup, startGroup, stopGroup, wrangler } from '../support/process.ts'
import { localOrigin } from './greeting.ts'
import type { StartFlags } from './flags.ts'
import { isWorthShowing } from './log-filter.ts'

/** The local Worker while it runs. */
export interface LocalWorker {
  readonly origin: string
  /** Shows what the Worker has said since it listens, and everything from here on. */
  readonly showLogs: () => void
  /** Settles with the exit code when the Worker has ended. */
  readonly ended: Promise<number>
  /** Ends the Worker and everything that it has started at once, as a power cut does. */
  readonly kill: () => Promise<void>
  /** Stops everything where it stands, as a machine that hangs does, until it is let go on. */
  readonly freeze: (isFrozen: boolean) => void
}

const READY_WITHIN_MS = 90_000
const ASK_EVERY_MS = 200
const ANSWER_WITHIN_MS = 5_000

type Sink = (line: string) => void

const listening = /Ready on https?:/

/** Holds lines back until `show` is called. Those before the Worker listens help only when it never does. */
const heldLines = (): { write: Sink; show: () => void } => {
  const held: string[] = []
  let shown = false
  return {
    write: (line) => {
      if (shown) console.log(line)
      else if (listening.test(line)) held.length = 0
      else held.push(line)
    },
    show: () => {
      shown = true
      for (const line of held.splice(0)) console.log(line)
    },
  }
}

const pipeLines = (stream: Readable | null, write: Sink): void => {
  if (stream === null) return
  createInterface({ input: stream }).on('line', (line) => {
    if (isWorthShowing(line)) write(line)
  })
}

const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })

/**
 * Starts `wrangler dev`; it ends, with everything it started, when the signal aborts. `vars` win over
 * those of wrangler.toml.
 */
export function startWorker(
  flags: StartFlags,
  signal: AbortSignal,
  vars: Readonly<Record<string, string>> = {},
): LocalWorker {
  const { host, port, persistTo } = flags
  const command = wrangler(
    'dev',
    '--ip',
    host,
    '--port',
    String(port),
    '--persist-to',
    persistTo,
    '--var',
    `SERVER_LOCAL_PORT:${port}`,
    '--show-interactive-dev-session=false',
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
  )
  const env = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const child = startGroup(command, 'pipe', { env, signal })
  const { write, show } = heldLines()
  pipeLines(child.stdout, write)
  pipeLines(child.stderr, write)
  const ended = exitOf(child).then(async (code) => {
    await stopGroup(child)
    return code
  })
  return {
    origin: localOrigin(host, port),
    showLogs: show,
    ended,
    kill: () => killGroup(child),
    freeze: (isFrozen) => freezeGroup(child, isFrozen),
  }
}

const isReady = async (origin: string): Promise<boolean> => {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const response = await fetch(`${origin}/health/ready`, { signal })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/**
 * Waits until `/health/ready` answers 200. Throws `StepError`, with the Worker's own words shown
 * before, when it ends or is not ready in 90 seconds.
 */
export async function untilReady(worker: LocalWorker, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS
  let exited = false
  void worker.ended.then(() => (exited = true))
  while (!(await isReady(worker.origin))) {
    signal.throwIfAborted()
    if (exited || performance.now() > deadline) {
      worker.showLogs()
      throw new StepError(
        exited ? 'The Worker ended before it was ready.' : 'The Worker did not get ready in 90 s.',
      )
    }
    await pause(ASK_EVERY_MS)
  }
}

import { spawnSync } from 'node:child_process'

/** Why a script ends before it is done: somebody asked it to. */
export class Stopped extends Error {}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const LOOK_EVERY_MS = 1_000

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * The npm that runs this script, if one does. npm puts a shell in between that passes no signal
 * on, so that an npm which is killed would leave the script behind.
 */
const npmProcess = (): number | undefined => {
  if (process.env['npm_lifecycle_event'] === undefined) return undefined
  const parent = process.ppid
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(parent)], {
    encoding: 'utf8',
  })
  const [, grandparent, name] = /^\s*(\d+)\s+(\S+)/.exec(stdout ?? '') ?? []
  if (grandparent === undefined || name === undefined) return parent
  return /^(npm|node)/.test(name) ? parent : Number(grandparent)
}

const whenGone = (pid: number, then: () => void): void => {
  const timer = setInterval(() => {
    if (isRunning(pid)) return
    clearInterval(timer)
    then()
  }, LOOK_EVERY_MS)
  timer.unref()
}

/**
 * Turns Ctrl-C, a polite kill, a closed terminal or output and the end of the npm that runs this
 * script into one abort. The script then ends by itself when what it waits for has ended; the reason of the
 * abort is a `Stopped`.
 */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController()
  const stop = (name: string): void => controller.abort(new Stopped(`stopped by ${name}`))
  for (const name of stopSignals) process.on(name, () => stop(name))
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', () => stop('SIGPIPE'))
  }
  const npm = npmProcess()
  if (npm !== undefined) whenGone(npm, () => stop('SIGHUP'))
  return controller.signal
}

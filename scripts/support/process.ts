import { type ChildProcess, spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { inRoot, root } from './paths.ts'

/** A program with its arguments, as it would be typed. */
export type Command = readonly [program: string, ...args: string[]]

/** How a finished program ended. `code` is 1 when a signal ended it. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What a child process may be given beside its command. */
export interface RunOptions {
  /** Extra environment variables; they win over the inherited ones. */
  readonly env?: Readonly<Record<string, string>>
  /** Ends the process and everything it started when it aborts. */
  readonly signal?: AbortSignal
}

/** How long a process group may take to end by itself before it is killed. */
const GRACE_MS = 5_000

const environment = (extra: RunOptions['env'] = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [inRoot('node_modules', '.bin'), process.env['PATH']].join(delimiter),
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  ...extra,
})

/** The command that runs the installed wrangler on the Node that runs this script. */
export const wrangler = (...args: string[]): Command => [
  process.execPath,
  inRoot('node_modules', 'wrangler', 'bin', 'wrangler.js'),
  ...args,
]

const alive = (group: number): boolean => {
  try {
    process.kill(-group, 0)
    return true
  } catch {
    return false
  }
}

const signalGroup = (group: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-group, signal)
  } catch {
    // The group has ended by itself.
  }
}

const liveGroups = new Set<number>()

// A script that ends by a fault leaves nothing running either.
process.on('exit', () => {
  for (const group of liveGroups) signalGroup(group, 'SIGKILL')
})

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) resolve()
    else child.once('exit', () => resolve())
  })

/**
 * Starts a program as the leader of its own process group, so that `stopGroup` reaches its
 * children too. Its standard input is empty: nothing that it starts can wait for an answer.
 */
export function startGroup(
  [program, ...args]: Command,
  stdio: 'inherit' | 'pipe',
  options: RunOptions = {},
): ChildProcess {
  const child = spawn(program, args, {
    cwd: root,
    env: environment(options.env),
    stdio: ['ignore', stdio, stdio],
    detached: true,
  })
  const group = child.pid
  if (group !== undefined) liveGroups.add(group)
  const stop = (): void => void stopGroup(child)
  if (options.signal?.aborted) stop()
  options.signal?.addEventListener('abort', stop, { once: true })
  child.once('exit', () => {
    options.signal?.removeEventListener('abort', stop)
    if (group !== undefined) liveGroups.delete(group)
  })
  return child
}

/**
 * Ends a process group: the leader is asked first so that it can clear up behind itself, then
 * whatever is left of the group is killed. Resolves when the leader has gone.
 */
export async function stopGroup(child: ChildProcess): Promise<void> {
  const group = child.pid
  if (group === undefined) return
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
  const patience = setTimeout(() => signalGroup(group, 'SIGKILL'), GRACE_MS)
  await ended(child)
  clearTimeout(patience)
  if (alive(group)) signalGroup(group, 'SIGKILL')
}

/** Kills a process group without a word. Resolves when the leader has gone. */
export async function killGroup(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
  await ended(child)
}

/** Stops a process group where it stands, or lets it go on. */
export function freezeGroup(child: ChildProcess, isFrozen: boolean): void {
  if (child.pid !== undefined) signalGroup(child.pid, isFrozen ? 'SIGSTOP' : 'SIGCONT')
}

const exitCode = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })

/**
 * Runs a program to its end with its output on this terminal, and answers its exit code. Throws
 * the reason of the signal when that aborts.
 */
export async function run(command: Command, options: RunOptions = {}): Promise<number> {
  const code = await exitCode(startGroup(command, 'inherit', options))
  options.signal?.throwIfAborted()
  return code
}

/** Runs a program to its end and keeps its output. Throws the reason of the signal when that aborts. */
export async function capture(command: Command, options: RunOptions = {}): Promise<Outcome> {
  const child = startGroup(command, 'pipe', options)
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const code = await exitCode(child)
  options.signal?.throwIfAborted()
  return { code, ...output }
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'

/** `npm start` once it is ready. */
export interface Started {
  /** What it has printed until it was ready. */
  readonly output: string
  /** Presses Ctrl-C and waits until everything that writes to the terminal has ended. */
  readonly stop: () => Promise<void>
  /** Ends it and everything that it has started at once, as a power cut does. */
  readonly kill: () => Promise<void>
}

const READY = 'Ctrl-C stops it.'

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.once('close', () => resolve()))

const interrupt = (group: number): void => {
  try {
    process.kill(-group, 'SIGINT')
  } catch {
    // It has ended by itself.
  }
}

/** The process and all that descend from it. */
const familyOf = (pid: number): number[] => {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = table.trim().split('\n')
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number))
  const family = [pid]
  for (const member of family) {
    for (const [child, parent] of pairs) {
      if (parent === member && child !== undefined) family.push(child)
    }
  }
  return family
}

const killAll = (pids: readonly number[]): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended with its parent.
    }
  }
}

/** Runs `npm start` in a folder until it says that it is ready. Rejects when it ends before. */
export async function npmStart(folder: string, flags: readonly string[]): Promise<Started> {
  // A terminal gives each job a process group of its own, and Ctrl-C goes to all of it.
  const child = spawn('npm', ['start', '--', ...flags], { cwd: folder, detached: true })
  const group = child.pid
  if (group === undefined) throw new Error('npm cannot be started')
  const giveUp = (): void => interrupt(group)
  process.once('exit', giveUp)
  const end = ended(child).then(() => process.off('exit', giveUp))
  let output = ''
  const ready = new Promise<boolean>((resolve) => {
    const listen = (text: string): void => {
      output += text
      if (output.includes(READY)) resolve(true)
    }
    child.stdout.setEncoding('utf8').on('data', listen)
    child.stderr.setEncoding('utf8').on('data', listen)
  })
  const isReady = await Promise.race([ready, end.then(() => false)])
  if (!isReady) throw new Error(`npm start ended before it was ready\n${output}`)
  const stop = async (): Promise<void> => {
    interrupt(group)
    await end
  }
  const kill = async (): Promise<void> => {
    killAll(familyOf(group))
    await end
  }
  return { output, stop, kill }
}

/** Runs `npm start` in a folder, does `use` with what it has printed, and presses Ctrl-C. */
export async function whileStarted<T>(
  folder: string,
  flags: readonly string[],
  use: (output: string) => Promise<T>,
): Promise<T> {
  const { output, stop } = await npmStart(folder, flags)
  try {
    return await use(output)
  } finally {
    await stop()
  }
}

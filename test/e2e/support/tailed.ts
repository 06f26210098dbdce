import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Miniflare, type V4WorkerOptions, convertV4MiniflareOptions } from 'miniflare'
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from 'wrangler'
import * as z from 'zod'
import { inRoot } from '../../../scripts/support/paths.ts'
import { capture, wrangler } from '../../../scripts/support/process.ts'
import { newSecret, newSigningKeys } from '../../../scripts/support/secrets.ts'

const spanSchema = z.object({
  name: z.string(),
  parent: z.string(),
  attributes: z.record(z.string(), z.unknown()),
})

/** A span as the runtime has told it: its parent by name, its attributes without the platform's. */
export type TailedSpan = z.infer<typeof spanSchema>

/** Keeps the spans of its producer, and gives them to whoever asks. */
const TAIL = `
const spans = new Map()
export default {
  tailStream: () => (event) => {
    const { spanContext: { spanId }, event: told } = event
    if (told.type === 'spanOpen') {
      spans.set(told.spanId, { name: told.name, parent: spans.get(spanId)?.name ?? '', attributes: {} })
    }
    if (told.type === 'attributes') {
      for (const { name, value } of told.info) {
        const span = spans.get(spanId)
        if (span) span.attributes[name] = typeof value === 'bigint' ? Number(value) : value
      }
    }
  },
  fetch: () => Response.json([...spans.values()]),
}`

/** The bundle in workerd beside a tail worker, so that the runtime traces its requests. */
export async function startTailed() {
  const outdir = await mkdtemp(join(tmpdir(), 'tailed-'))
  const args = ['deploy', '--dry-run', '--env', 'test', '--outdir', outdir]
  const { code, stderr } = await capture(wrangler(...args))
  if (code !== 0) throw new Error(`the bundle could not be built: ${stderr}`)
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [await ours(outdir), { name: 'tail', modules: true, script: TAIL }],
    }),
  )
  await migrate(await miniflare.getD1Database('DB', 'ours'))
  return {
    fetch: miniflare.dispatchFetch.bind(miniflare),
    async spans(): Promise<TailedSpan[]> {
      const tail = await miniflare.getWorker('tail')
      const answer = await tail.fetch('http://tail/')
      return z.array(spanSchema).parse(await answer.json())
    },
    async close() {
      await miniflare.dispose()
      await rm(outdir, { recursive: true, force: true })
    },
  }
}

async function ours(outdir: string): Promise<V4WorkerOptions> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(inRoot('wrangler.toml'), 'test')
  const files = (await readdir(outdir)).filter((file) => /\.(js|wasm)$/.test(file))
  const modules = await Promise.all(
    files
      .toSorted((one, other) => Number(other === 'index.js') - Number(one === 'index.js'))
      .map(async (file) => ({
        type: file.endsWith('.wasm') ? ('CompiledWasm' as const) : ('ESModule' as const),
        path: join(outdir, file),
        contents: await readFile(join(outdir, file)),
      })),
  )
  // -- wrangler's type forgets the known keys behind an index signature
  const { bindings, ...others } = workerOptions as V4WorkerOptions
  const secrets = { APP_SECRET: newSecret(), AUTH_SIGNING_KEYS: await newSigningKeys() }
  return {
    ...others,
    name: 'ours',
    modules,
    modulesRoot: outdir,
    bindings: { ...bindings, ...secrets },
    streamingTails: ['tail'],
  }
}

async function migrate(database: D1Database): Promise<void> {
  const files = (await readdir(inRoot('migrations'))).filter((file) => file.endsWith('.sql'))
  for (const file of files.toSorted()) {
    const statements = unstable_splitSqlQuery(await readFile(inRoot('migrations', file), 'utf8'))
    await database.batch(statements.map((statement) => database.prepare(statement)))
  }
}

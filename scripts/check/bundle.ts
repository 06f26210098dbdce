import * as z from 'zod'
import { COMPILERS } from './calls.ts'
import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { namesIn } from './names.ts'
import type { SourceFile } from './source.ts'

/** Bytes of the whole upload after gzip: 500 KiB. */
export const MAX_GZIP_BYTES = 512_000

/** CPU of the global scope in milliseconds; Cloudflare ends a start at one second. */
export const MAX_STARTUP_MS = 150

/** Where a position of the bundle comes from: the path of a source, from the root. */
export type OriginOf = (offset: number) => string

const COMPILER_EXCEPTIONS: readonly Exception[] = [
  {
    path: 'zod',
    what: 'names Function',
    because: 'zod tries once whether it may compile, is refused by Workers and then interprets',
  },
  {
    path: 'hash-wasm',
    what: 'names WebAssembly.compile',
    because: 'src/adapters/hasher hands it the modules of the build while it asks',
  },
  {
    path: 'hash-wasm',
    what: 'names WebAssembly.instantiate',
    because: 'it instantiates those modules, which compiles nothing',
  },
  {
    path: 'src/adapters/hasher/hash-wasm-engine.ts',
    what: 'names WebAssembly.instantiate',
    because: 'it instantiates modules of the build, which compiles nothing',
  },
]

/** Code of the bundle that would compile at run time, which Workers refuse. */
export function compilerFindings(bundle: SourceFile, originOf: OriginOf): Finding[] {
  const found = new Map<string, Finding>()
  for (const { name, start, isBound } of namesIn(bundle)) {
    if (!COMPILERS.includes(name) || isBound) continue
    const origin = originOf(start)
    const where = packageOf(origin) ?? origin.replace(/^.*\/(?=src\/)/, '')
    const fix = 'Workers compile nothing at run time: use another package or a static import.'
    found.set(`${where} ${name}`, { where, what: `names ${name}`, fix })
  }
  const findings = [...found.values()].toSorted((one, other) => (one.where < other.where ? -1 : 1))
  return withoutExceptions(
    findings,
    COMPILER_EXCEPTIONS.filter(({ path }) => findings.some(({ where }) => where === path)),
  )
}

/** The package that a source comes from; `generate-wasm.ts` makes the copy of hash-wasm. */
function packageOf(origin: string): string | undefined {
  if (origin.endsWith('/.generated/wasm/hash-wasm.cjs')) return 'hash-wasm'
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(origin)?.[1]
}

/** Doors that only local work may have, left in the production bundle. */
export function doorFindings(bundle: SourceFile): Finding[] {
  return ['/_dev/', '_dev/mail', '/dev/mail', 'x-dev-token', 'DEV_DOORS'].flatMap((text) => {
    if (!bundle.text.includes(text)) return []
    const fix =
      'Keep it behind DEV_DOORS; wrangler.toml must have `minify = true`, which drops dead code.'
    return [{ where: bundle.path, what: `holds ${text}`, fix }]
  })
}

/** The upload when it is too large. `bytes` counts after gzip. */
export function sizeFindings(bytes: number): Finding[] {
  if (bytes <= MAX_GZIP_BYTES) return []
  const kib = (value: number) => `${(value / 1_024).toFixed(1)} KiB`
  const fix = 'See what grew: wrangler deploy --dry-run --metafile --outdir <folder>.'
  return [{ where: 'bundle', what: `has ${kib(bytes)} of ${kib(MAX_GZIP_BYTES)} after gzip`, fix }]
}

const profileSchema = z.object({
  nodes: z.array(z.object({ id: z.int(), callFrame: z.object({ functionName: z.string() }) })),
  samples: z.array(z.int()),
  timeDeltas: z.array(z.number()),
})

/**
 * The CPU milliseconds of a profile (V8's .cpuprofile). Samples are taken by the wall clock, so an
 * interval far longer than the usual one is time in which the process did not run: it counts as
 * two intervals at most.
 */
export function busyMilliseconds(profile: unknown): number {
  const { nodes, samples, timeDeltas } = profileSchema.parse(profile)
  const idle = new Set(
    nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id),
  )
  const usual = timeDeltas.toSorted((a, b) => a - b)[Math.floor(timeDeltas.length / 2)] ?? 0
  const busy = samples.map((sample, index) =>
    idle.has(sample) ? 0 : Math.min(timeDeltas[index] ?? 0, 2 * usual),
  )
  return busy.reduce((sum, microseconds) => sum + microseconds, 0) / 1_000
}

/** The start when even the best of the runs took too long. */
export function startupFindings(runs: readonly number[]): Finding[] {
  const best = Math.min(...runs)
  if (best <= MAX_STARTUP_MS) return []
  const what = `takes ${best.toFixed(0)} ms of ${MAX_STARTUP_MS} ms CPU at the start`
  const fix = 'Move work out of the global scope: build at the first use, once per isolate.'
  return [{ where: 'bundle', what, fix }]
}

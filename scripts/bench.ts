import { type Case, POSTS, TENANT, casesOf } from './bench/cases.ts'
import { type CpuTime, watchProcessTree } from './bench/cpu.ts'
import { seedPosts, seedReferences, seedTenants, seedTwin, tenantIdOf } from './bench/data.ts'
import { drainBacklog } from './bench/drain.ts'
import { measureFiles } from './bench/files.ts'
import { type BenchFlags, benchHelp, parseBenchFlags } from './bench/flags.ts'
import { floodTenant } from './bench/flood.ts'
import { burstOfLogins } from './bench/hashes.ts'
import {
  type Load,
  type Send,
  type Turn,
  bestOf,
  measurementOf,
  ratioOfTurns,
  takeTurn,
  timesOf,
} from './bench/measure.ts'
import { type Comparison, type Findings, markdownOf, verdictsOf, wordOf } from './bench/report.ts'
import { compareRows } from './bench/rows.ts'
import { type Runtime, startRuntime } from './bench/runtime.ts'
import { longBody, longHtml } from './bench/text.ts'
import { runMain } from './support/main.ts'
import { abortOnSignals } from './support/signals.ts'

/** Parts that a run is taken in: short enough that the machine is the same for ours and the twin's. */
const TURNS = 20

/** Measures ours and the twin's load in turns, so that what disturbs one disturbs the other. */
async function compare(
  send: Send,
  cpuTime: () => Promise<CpuTime>,
  { ours, bare, warmUp, ...about }: Case,
  runs: number,
): Promise<Comparison> {
  for (const load of [ours, bare]) await timesOf(send, { ...load, requests: warmUp })
  const part = (load: Load): Load => ({ ...load, requests: Math.ceil(load.requests / TURNS) })
  const pairs: [ours: Turn, bare: Turn][] = []
  for (let turn = 0; turn < runs * TURNS; turn++) {
    pairs.push([
      await takeTurn(send, cpuTime, part(ours)),
      await takeTurn(send, cpuTime, part(bare)),
    ])
  }
  const runsOf = (side: 0 | 1) =>
    Array.from({ length: runs }, (_, run) =>
      measurementOf(pairs.slice(run * TURNS, (run + 1) * TURNS).map((pair) => pair[side])),
    )
  return {
    ...about,
    ratio: ratioOfTurns(pairs),
    ours: bestOf(runsOf(0)),
    bare: bestOf(runsOf(1)),
  }
}

async function seed(runtime: Runtime): Promise<void> {
  await seedTenants(runtime)
  const tenantId = await tenantIdOf(runtime, TENANT)
  const posts = { from: 0, to: POSTS, body: longBody, html: longHtml }
  await seedReferences(runtime, tenantId)
  await seedPosts(runtime, tenantId, posts)
  await seedTwin(runtime, TENANT, posts)
}

async function findingsOf(
  runtime: Runtime,
  flags: BenchFlags,
  signal: AbortSignal,
): Promise<Findings> {
  await seed(runtime)
  const cpuTime = await watchProcessTree()
  const comparisons: Comparison[] = []
  for (const about of await casesOf(runtime, flags.requests)) {
    signal.throwIfAborted()
    if (!about.name.includes(flags.only)) continue
    console.error(`measuring: ${about.name}`)
    comparisons.push(await compare(runtime.send, cpuTime, about, flags.runs))
  }
  const isWanted = (name: string) => name.includes(flags.only)
  const drain = isWanted(BACKLOG_NAME) ? await drainOf(runtime) : undefined
  const burst = isWanted(BURST_NAME) ? await burstOf(runtime) : undefined
  const rows = isWanted(ROWS_NAME) ? await rowsOf(runtime) : []
  const flood = isWanted(FLOOD_NAME) ? await floodOf(runtime, signal) : undefined
  const files = isWanted(FILES_NAME) ? await filesOf(runtime, signal) : undefined
  return { workerd: runtime.workerd, comparisons, drain, burst, rows, flood, files }
}

const BACKLOG = 100_000
const BACKLOG_NAME = 'backlog of events'
const BURST_NAME = 'burst of log-ins'
const ROWS_NAME = 'rows read by size'
const FLOOD_NAME = 'flood of a tenant'
const FILES_NAME = 'files up and down'

async function drainOf(runtime: Runtime) {
  console.error(`measuring: ${BACKLOG_NAME}`)
  return drainBacklog(runtime, BACKLOG)
}

async function burstOf(runtime: Runtime) {
  console.error(`measuring: ${BURST_NAME}`)
  return burstOfLogins(runtime)
}

async function rowsOf(runtime: Runtime) {
  console.error(`measuring: ${ROWS_NAME}`)
  return compareRows(runtime)
}

async function floodOf(runtime: Runtime, signal: AbortSignal) {
  console.error(`measuring: ${FLOOD_NAME}`)
  return floodTenant(runtime, signal)
}

async function filesOf(runtime: Runtime, signal: AbortSignal) {
  console.error(`measuring: ${FILES_NAME}`)
  return measureFiles(runtime, signal)
}

async function main(): Promise<number> {
  const flags = parseBenchFlags(process.argv.slice(2))
  if (flags.help) {
    console.log(benchHelp)
    return 0
  }
  const signal = abortOnSignals()
  console.error('building both bundles')
  const runtime = await startRuntime(signal)
  try {
    const findings = await findingsOf(runtime, flags, signal)
    const verdicts = verdictsOf(findings)
    console.log(
      flags.json ? JSON.stringify({ ...findings, verdicts }, null, 2) : markdownOf(findings),
    )
    return flags.check && verdicts.some((verdict) => wordOf(verdict) === 'MISSED') ? 1 : 0
  } finally {
    await runtime.close()
  }
}

await runMain(benchHelp, main)

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { SourceMap } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import {
  type OriginOf,
  busyMilliseconds,
  compilerFindings,
  doorFindings,
  sizeFindings,
  startupFindings,
} from './check/bundle.ts'
import { report } from './check/finding.ts'
import { StepError, runMain } from './support/main.ts'
import { type Command, capture, wrangler } from './support/process.ts'
import { abortOnSignals } from './support/signals.ts'

const help = `Usage: node scripts/check-bundle.ts

The production bundle is small, starts fast, compiles nothing at run time and has no door for local
work. Prints its size and its start-up CPU.`

const RUNS = 3

const must = async (command: Command, signal: AbortSignal): Promise<void> => {
  const { code, stdout, stderr } = await capture(command, { signal })
  if (code !== 0) throw new StepError(`${command.slice(1).join(' ')} failed\n${stdout}${stderr}`)
}

async function uploadBytes(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => /\.(js|wasm)$/.test(name))
  const sizes = await Promise.all(
    names.map(async (name) => {
      const zipped = await promisify(gzip)(await readFile(join(folder, name)))
      return zipped.byteLength
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function originIn(text: string, map: SourceMap): OriginOf {
  return (offset) => {
    const before = text.slice(0, offset)
    const line = before.split('\n').length - 1
    const entry = map.findEntry(line, offset - before.lastIndexOf('\n') - 1)
    return 'originalSource' in entry ? entry.originalSource : 'index.js'
  }
}

async function startupRuns(bundle: string, folder: string, signal: AbortSignal): Promise<number[]> {
  const profile = join(folder, 'start.cpuprofile')
  const runs: number[] = []
  for (let run = 0; run < RUNS; run++) {
    await must(wrangler('check', 'startup', '--worker', bundle, '--outfile', profile), signal)
    runs.push(busyMilliseconds(JSON.parse(await readFile(profile, 'utf8'))))
  }
  return runs
}

async function check(folder: string, signal: AbortSignal): Promise<number> {
  const [out, upload] = [join(folder, 'out'), join(folder, 'worker.bundle')]
  const dryRun = ['deploy', '--dry-run', '--env', 'production', '--outdir', out]
  await must(wrangler(...dryRun, '--outfile', upload), signal)
  const text = await readFile(join(out, 'index.js'), 'utf8')
  const map = new SourceMap(JSON.parse(await readFile(join(out, 'index.js.map'), 'utf8')))
  const bundle = { path: 'index.js', text }
  const bytes = await uploadBytes(out)
  const runs = await startupRuns(upload, folder, signal)
  console.log(`${(bytes / 1_024).toFixed(1)} KiB after gzip`)
  console.log(`${Math.min(...runs).toFixed(0)} ms CPU at the start, least of ${RUNS}`)
  return report([
    ...sizeFindings(bytes),
    ...doorFindings(bundle),
    ...compilerFindings(bundle, originIn(text, map)),
    ...startupFindings(runs),
  ])
}

async function main(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  try {
    return await check(folder, abortOnSignals())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

await runMain(help, main)

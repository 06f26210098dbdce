import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runMain } from './support/main.ts'
import { capture, run } from './support/process.ts'
import { abortOnSignals } from './support/signals.ts'
import { type Counts, addCounts, countVitest, noCounts, summaryOf } from './test/counts.ts'
import { type Check, suiteOf } from './test/suites.ts'

const help = `Usage: npm test | npm run test:browser | npm run test:real

Runs every check and test of a suite. The last line says how many passed and failed.`

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`

const runCheck = async ({ name, command }: Check, signal: AbortSignal): Promise<Counts> => {
  const start = performance.now()
  const { code, stdout, stderr } = await capture(command, { signal })
  const passed = code === 0
  console.log(`${passed ? '✓' : '✗'} ${name} (${seconds(start)})`)
  if (!passed) console.log(`${stdout}${stderr}`)
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

const readReport = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

const runVitest = async (projects: readonly string[], signal: AbortSignal): Promise<Counts> => {
  const folder = await mkdtemp(join(tmpdir(), 'vitest-'))
  const report = join(folder, 'report.json')
  const chosen = projects.flatMap((project) => ['--project', project])
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  try {
    const code = await run(['vitest', 'run', ...chosen, ...reporters], { signal })
    return countVitest(await readReport(report), code)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function main(): Promise<number> {
  const { checks, lanes, needs } = suiteOf(process.argv[2])
  if (needs !== undefined && !existsSync(needs)) {
    console.log(`${needs} is not there: nothing is tested\n\n${summaryOf(noCounts)}`)
    return 0
  }
  const signal = abortOnSignals()
  let counts = noCounts
  for (const check of checks) {
    counts = addCounts(counts, await runCheck(check, signal))
  }
  const tests = await Promise.all(lanes.map((projects) => runVitest(projects, signal)))
  counts = tests.reduce(addCounts, counts)
  console.log(`\n${summaryOf(counts)}`)
  return counts.failed === 0 ? 0 : 1
}

await runMain(help, main)

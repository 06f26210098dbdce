import { callFindings } from './check/calls.ts'
import { report } from './check/finding.ts'
import { filesIn, sourcesIn } from './check/source.ts'
import { runMain } from './support/main.ts'

const help = `Usage: node scripts/check-calls.ts

Clock, random source and timers are called by their adapters only; SQL uses neither.`

await runMain(help, async () => {
  const migrations = (await filesIn('migrations')).filter(({ path }) => path.endsWith('.sql'))
  return report(callFindings(await sourcesIn('src'), migrations))
})

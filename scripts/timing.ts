import { seedTenants } from './bench/data.ts'
import { startRuntime } from './bench/runtime.ts'
import { runMain } from './support/main.ts'
import { abortOnSignals } from './support/signals.ts'
import { parseTimingFlags, timingHelp } from './timing/flags.ts'
import { makeMembers, openRegistration, probes, samplesOf } from './timing/pairs.ts'
import { findingOf, lineOf } from './timing/statistics.ts'

async function main(): Promise<number> {
  const flags = parseTimingFlags(process.argv.slice(2))
  if (flags.help) {
    console.log(timingHelp)
    return 0
  }
  const signal = abortOnSignals()
  console.error('building the bundle')
  const runtime = await startRuntime(signal)
  try {
    await seedTenants(runtime)
    await openRegistration(runtime)
    await makeMembers(runtime, flags.pairs, signal)
    let isMet = true
    for (const probe of probes) {
      const finding = findingOf(await samplesOf(runtime.send, probe, flags.pairs, signal))
      console.log(lineOf(finding))
      isMet &&= finding.isMet
    }
    return isMet ? 0 : 1
  } finally {
    await runtime.close()
  }
}

await runMain(timingHelp, main)

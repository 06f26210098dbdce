import { report } from './check/finding.ts'
import { ownershipFindings } from './check/ownership.ts'
import { sourcesIn } from './check/source.ts'
import { runMain } from './support/main.ts'

const help = `Usage: node scripts/check-ownership.ts

SQL of a module names the tables of its own tables.ts, and others only where a reason is given.`

await runMain(help, async () => report(ownershipFindings(await sourcesIn('src'))))

import { report } from './check/finding.ts'
import { sourcesIn } from './check/source.ts'
import { writeFindings } from './check/writes.ts'
import { runMain } from './support/main.ts'

const help = `Usage: node scripts/check-writes.ts

One way to write: \`commit()\` of modules/commit. Nothing else writes or talks to a driver.`

await runMain(help, async () => report(writeFindings(await sourcesIn('src'))))

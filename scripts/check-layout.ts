import { report } from './check/finding.ts'
import { layoutFindings } from './check/layout.ts'
import { filesIn } from './check/source.ts'
import { runMain } from './support/main.ts'

const help = `Usage: node scripts/check-layout.ts

Every module has the same inner shape: the file names of docs/architecture.md and no others.
Every file in src is of a kind that the checks read.`

await runMain(help, async () => report(layoutFindings(await filesIn('src'))))

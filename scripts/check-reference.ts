import './support/tsx.ts'
import { report } from './check/finding.ts'
import { referenceFindings } from './check/reference.ts'
import { filesIn } from './check/source.ts'
import { runMain } from './support/main.ts'

const help = `Usage: node scripts/check-reference.ts

docs/reference says what the code says.`

await runMain(help, async () => {
  const { REFERENCE, referencePages } = await import('./reference/pages.ts')
  return report(referenceFindings(REFERENCE, referencePages(), await filesIn(REFERENCE)))
})

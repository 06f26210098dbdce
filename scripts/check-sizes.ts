import { report } from './check/finding.ts'
import { sizeFindings } from './check/sizes.ts'
import { sourcesIn } from './check/source.ts'
import { runMain } from './support/main.ts'

const help = `Usage: node scripts/check-sizes.ts

Files are small: median 100 lines, nine of ten at most 250, none more than 400.`

const folders = ['src', 'scripts', 'test']

await runMain(help, async () => {
  const findings = await Promise.all(
    folders.map(async (folder) => sizeFindings(folder, await sourcesIn(folder))),
  )
  return report(findings.flat())
})

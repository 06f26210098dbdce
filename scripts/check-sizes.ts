import { report } from './check/finding.ts'
import { sizeFindings } from './check/sizes.ts'
import { sourcesIn } from './check/source.ts'
import { runMain } from './support/main.ts'

const help = `Usage: node scripts/check-sizes.ts

Files are small: median 100 lines, nine of ten at most 250, none more than 400. That holds for src
and for all files of ours together.`

await runMain(help, async () => {
  const src = await sourcesIn('src')
  const all = [...src, ...(await sourcesIn('scripts')), ...(await sourcesIn('test'))]
  return report([...sizeFindings('src', src), ...sizeFindings('src, scripts and test', all)])
})

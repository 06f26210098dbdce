import { readFile } from 'node:fs/promises'
import { report } from './check/finding.ts'
import { importFindings, moduleOrder } from './check/imports.ts'
import { sourcesIn } from './check/source.ts'
import { StepError, runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'

const help = `Usage: node scripts/check-imports.ts

Imports go one way: index → app → modules → ports → kernel; adapters are known to app/ only; a module
uses earlier modules through their index.ts.`

await runMain(help, async () => {
  const order = moduleOrder(await readFile(inRoot('src/app/modules.ts'), 'utf8'))
  if (order.length < 2) throw new StepError('src/app/modules.ts lists no modules that can be read')
  return report(importFindings(await sourcesIn('src'), order))
})

import './support/tsx.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'

const help = `Usage: node scripts/generate-reference.ts

Writes docs/reference from the code: the API of both doors, configuration, errors, permissions and
events.`

await runMain(help, async () => {
  const { REFERENCE, referencePages } = await import('./reference/pages.ts')
  await mkdir(inRoot(REFERENCE), { recursive: true })
  for (const [name, text] of referencePages()) await writeFile(inRoot(REFERENCE, name), text)
  return 0
})

import { readFile } from 'node:fs/promises'
import { copyFindings } from './check/copies.ts'
import { report } from './check/finding.ts'
import { runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'

const help = `Usage: node scripts/check-copies.ts

hono, zod, graphql, drizzle-orm and jose are installed once.`

await runMain(help, async () =>
  report(copyFindings(JSON.parse(await readFile(inRoot('package-lock.json'), 'utf8')))),
)

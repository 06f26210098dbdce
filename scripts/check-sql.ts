import { report } from './check/finding.ts'
import { sourcesIn } from './check/source.ts'
import { sqlFindings } from './check/sql.ts'
import { runMain } from './support/main.ts'

const help = `Usage: node scripts/check-sql.ts

SQL stands in repo.ts only and is put together from constants; values are bound.`

await runMain(help, async () => report(sqlFindings(await sourcesIn('src'))))

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchema } from '../src/app/graphql/schema.ts'
import { documentOf } from '../src/app/openapi/document.ts'
import { type Finding, report } from './check/finding.ts'
import { errorsPage, eventsPage, permissionsPage } from './reference/catalogues.ts'
import { configPage } from './reference/config.ts'
import { runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'

const help = `Usage: node scripts/generate-reference.ts [--check]

Writes docs/reference from the code: the API of both doors, configuration, errors, permissions and
events. --check writes nothing and fails when a file is not what the code says.`

const folder = join('docs', 'reference')
const fix = 'Run: node scripts/generate-reference.ts'

function pages(): Map<string, string> {
  return new Map([
    ['openapi.json', `${JSON.stringify(documentOf(), null, 2)}\n`],
    ['schema.graphql', `${printSchema(lexicographicSortSchema(buildSchema()))}\n`],
    ['config.md', configPage()],
    ['errors.md', errorsPage()],
    ['permissions.md', permissionsPage()],
    ['events.md', eventsPage()],
  ])
}

async function read(name: string): Promise<string | undefined> {
  try {
    return await readFile(inRoot(folder, name), 'utf8')
  } catch {
    return undefined
  }
}

async function stale(wanted: ReadonlyMap<string, string>): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [name, text] of wanted) {
    const where = join(folder, name)
    const found = await read(name)
    if (found === undefined) findings.push({ where, what: 'is missing', fix })
    else if (found !== text) findings.push({ where, what: 'is not what the code says', fix })
  }
  for (const name of await readdir(inRoot(folder))) {
    if (wanted.has(name)) continue
    const where = join(folder, name)
    findings.push({ where, what: 'is written by nothing', fix: 'Remove it, or generate it.' })
  }
  return findings
}

async function main(): Promise<number> {
  const wanted = pages()
  if (process.argv.includes('--check')) return report(await stale(wanted))
  await mkdir(inRoot(folder), { recursive: true })
  for (const [name, text] of wanted) await writeFile(inRoot(folder, name), text)
  return 0
}

await runMain(help, main)

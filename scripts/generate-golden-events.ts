import './support/tsx.ts'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { brokenPromises, goldenFindings } from './check/golden-events.ts'
import { report } from './check/finding.ts'
import { runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'

const help = `Usage: node scripts/generate-golden-events.ts

Keeps an example of every event type and version in test/golden/events, written once and never again,
and the schema of its payload in test/golden/event-schemas, to which fields are only ever added.`

const EVENTS = inRoot('test', 'golden', 'events')
const SCHEMAS = inRoot('test', 'golden', 'event-schemas')

const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

async function goldenSchemas(): Promise<Map<string, Record<string, unknown>>> {
  const names = await readdir(SCHEMAS)
  return new Map(
    await Promise.all(
      names.map(
        async (name) =>
          [
            name.replace(/\.json$/, ''),
            JSON.parse(await readFile(`${SCHEMAS}/${name}`, 'utf8')),
          ] as const,
      ),
    ),
  )
}

await runMain(help, async () => {
  const { eventTypes, exampleOf, nameOf, payloadSchemaOf } = await import('./reference/events.ts')
  await mkdir(EVENTS, { recursive: true })
  await mkdir(SCHEMAS, { recursive: true })
  const known = await goldenSchemas()
  for (const event of eventTypes()) {
    const name = nameOf(event)
    const schema = payloadSchemaOf(event)
    const golden = known.get(name)
    if (golden && brokenPromises(golden, schema).length > 0) continue
    await writeFile(`${SCHEMAS}/${name}.json`, text(schema))
    // A file that is there stays as it was written.
    await writeFile(`${EVENTS}/${name}.json`, text(exampleOf(event)), { flag: 'wx' }).catch(
      (error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      },
    )
  }
  const declared = eventTypes().map((event) => ({
    name: nameOf(event),
    schema: payloadSchemaOf(event),
  }))
  const examples = (await readdir(EVENTS)).map((name) => name.replace(/\.json$/, ''))
  return report(goldenFindings(declared, await goldenSchemas(), new Set(examples)))
})

import { parseArgs } from 'node:util'
import { migrateLibsql } from './libsql/migrate.ts'
import { StepError, UsageError, runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'

const help = `Usage: npm run migrate:libsql -- --url <address> [--token <token>]

Applies migrations/*.sql to a libSQL server (sqld, Turso). What is applied already is left alone.

  --url <address>   the server, as in DATABASE_URL
  --token <token>   its token (default: DATABASE_AUTH_TOKEN of the shell)
  --help            show this text`

const options = {
  url: { type: 'string' },
  token: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const parseFlags = () => {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function main(): Promise<number> {
  const flags = parseFlags()
  if (flags.help) {
    console.log(help)
    return 0
  }
  const { url, token = process.env['DATABASE_AUTH_TOKEN'] } = flags
  if (url === undefined || !URL.canParse(url)) throw new UsageError('--url needs an address')
  const server = token === undefined ? { url } : { url, authToken: token }
  const applied = await migrateLibsql(server, inRoot('migrations')).catch((error: unknown) => {
    if (error instanceof StepError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new StepError(`The server at ${url} cannot be migrated: ${reason}`)
  })
  for (const name of applied) console.log(`applied ${name}`)
  console.log(applied.length === 0 ? 'Nothing to apply.' : 'The schema is up to date.')
  return 0
}

await runMain(help, main)

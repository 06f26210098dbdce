import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseStartFlags } from './start/flags.ts'
import { requireFreePort } from './start/port.ts'
import { StepError, runMain } from './support/main.ts'

const help = `Usage: npm run compact -- [flags]

Rewrites the databases of this machine's server without what was deleted from them, which SQLite keeps
in free pages and in the write-ahead log until something else needs the room. Stop the server first.

  --port <number>      the port of the server           (default 8787)
  --host <address>     its address                      (default 127.0.0.1)
  --persist-to <dir>   where databases and files are    (default .wrangler/state)
  --help               show this text`

const compact = (path: string): void => {
  const database = new DatabaseSync(path)
  try {
    database.exec('VACUUM')
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch (error) {
    throw new StepError(`${path} could not be compacted: ${String(error)}`)
  } finally {
    database.close()
  }
}

async function main(): Promise<number> {
  const { help: isAsked, host, port, persistTo } = parseStartFlags(process.argv.slice(2))
  if (isAsked) {
    console.log(help)
    return 0
  }
  await requireFreePort(host, port)
  let count = 0
  for await (const path of glob('**/*.sqlite', { cwd: persistTo })) {
    compact(join(persistTo, path))
    count += 1
  }
  console.log(`${count} databases compacted`)
  return 0
}

await runMain(help, main)

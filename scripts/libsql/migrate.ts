import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Client, createClient } from '@libsql/client/web'
import * as z from 'zod'
import { StepError } from '../support/main.ts'

/** A migration file as it is on disk. */
interface Migration {
  readonly name: string
  readonly sql: string
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest: string
}

/** Where the libSQL server is and what opens it. */
export interface LibsqlServer {
  readonly url: string
  readonly authToken?: string
}

const rowsSchema = z.array(z.object({ name: z.string(), digest: z.string() }))

const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/

const readMigrations = async (folder: string): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      return { name, sql, digest: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

const readApplied = async (client: Client): Promise<Map<string, string>> => {
  const { rows } = await client.execute('SELECT name, digest FROM schema_migrations')
  const applied = rowsSchema.parse(rows.map(({ name, digest }) => ({ name, digest })))
  return new Map(applied.map(({ name, digest }) => [name, digest]))
}

/**
 * Applies one file and notes it in one transaction, which the server ends when any statement fails.
 * The note comes first: of two migrators at once the slower one fails there, before the schema.
 * Names and digests are of a form that needs no quoting.
 */
const apply = ({ name, sql, digest }: Migration, client: Client): Promise<void> =>
  client.executeMultiple(`BEGIN IMMEDIATE;
    INSERT INTO schema_migrations (name, digest) VALUES ('${name}', '${digest}');
    ${sql}
    ;COMMIT;`)

/**
 * Applies the files of a folder that the server lacks, in the order of their names, each in a
 * transaction of its own; a run that was interrupted is finished by the next one. Answers the names
 * of those it applied.
 *
 * Throws `StepError` for a file that has changed since it was applied, and for one that fails:
 * nothing of that file is kept, the ones before it are.
 */
export async function migrateLibsql(server: LibsqlServer, folder: string): Promise<string[]> {
  const client = createClient({ ...server })
  await client.execute(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name TEXT PRIMARY KEY, digest TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) STRICT`)
  const done: string[] = []
  for (const migration of await readMigrations(folder)) {
    const { name, digest } = migration
    const known = (await readApplied(client)).get(name)
    if (known !== undefined && known !== digest) {
      throw new StepError(
        `${name} has changed since it was applied: put the change into a new file`,
      )
    }
    if (known !== undefined) continue
    try {
      await apply(migration, client)
    } catch (error) {
      if ((await readApplied(client)).get(name) === digest) continue
      const reason = error instanceof Error ? error.message : String(error)
      throw new StepError(`${name} was not applied: ${reason}`)
    }
    done.push(name)
  }
  return done
}

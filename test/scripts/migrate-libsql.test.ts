import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client/web'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrateLibsql } from '../../scripts/libsql/migrate.ts'
import { type Sqld, startSqld } from '../../scripts/sqld.ts'
import { inRoot } from '../../scripts/support/paths.ts'
import { capture } from '../../scripts/support/process.ts'

describe('migrations of a libSQL server', () => {
  let sqld: Sqld
  let folder: string
  beforeEach(async () => {
    sqld = await startSqld()
    folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  })
  afterEach(async () => {
    await sqld.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const write = (name: string, sql: string) => writeFile(join(folder, name), sql)
  const migrate = () => migrateLibsql({ url: sqld.url }, folder)
  const tables = async () => {
    const { rows } = await createClient({ url: sqld.url }).execute(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations' ORDER BY name",
    )
    return rows.map((row) => row['name'])
  }

  it('are applied in the order of their names, once', async () => {
    await write('0002_second.sql', 'ALTER TABLE one ADD COLUMN b TEXT;')
    await write('0001_first.sql', "CREATE TABLE one (a TEXT DEFAULT ';'); -- one; two\n")
    await write('notes.txt', 'not SQL')
    expect(await migrate()).toEqual(['0001_first.sql', '0002_second.sql'])
    expect(await migrate()).toEqual([])
    await write('0003_third.sql', 'CREATE TABLE three (a);')
    expect(await migrate()).toEqual(['0003_third.sql'])
    expect(await tables()).toEqual(['one', 'three'])
  })

  it('may hold triggers, whose statements end with semicolons too', async () => {
    await write(
      '0001_log.sql',
      `CREATE TABLE log (a); CREATE TABLE t (a);
      CREATE TRIGGER copy AFTER INSERT ON t BEGIN
        INSERT INTO log VALUES (new.a); INSERT INTO log VALUES ('again');
      END;`,
    )
    await migrate()
    const client = createClient({ url: sqld.url })
    await client.execute("INSERT INTO t VALUES ('x')")
    expect((await client.execute('SELECT a FROM log')).rows).toHaveLength(2)
  })

  it('leave nothing of a file that fails, and go on from there once it is mended', async () => {
    await write('0001_first.sql', 'CREATE TABLE one (a);')
    await write('0002_second.sql', 'CREATE TABLE two (a); CREATE TABLE one (a);')
    await expect(migrate()).rejects.toThrow(/0002_second\.sql was not applied: .*already exists/)
    expect(await tables()).toEqual(['one'])
    await write('0002_second.sql', 'CREATE TABLE two (a);')
    expect(await migrate()).toEqual(['0002_second.sql'])
    expect(await tables()).toEqual(['one', 'two'])
  })

  it('are refused when a file has changed since it was applied', async () => {
    await write('0001_first.sql', 'CREATE TABLE one (a);')
    await migrate()
    await write('0001_first.sql', 'CREATE TABLE one (a, b);')
    await expect(migrate()).rejects.toThrow('0001_first.sql has changed since it was applied')
  })

  it('are applied once when two start at the same time', async () => {
    await write('0001_first.sql', 'CREATE TABLE one (a);')
    await write('0002_second.sql', 'CREATE TABLE two (a);')
    const done = await Promise.all([migrate(), migrate(), migrate()])
    expect(done.flat().sort()).toEqual(['0001_first.sql', '0002_second.sql'])
  })

  it('are run by the command, which tells what it did', async () => {
    const command = (...args: string[]) =>
      capture([process.execPath, inRoot('scripts', 'migrate-libsql.ts'), ...args])
    const first = await command('--url', sqld.url)
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout).toContain('applied 0001_commit.sql')
    expect((await command('--url', sqld.url)).stdout).toBe('Nothing to apply.\n')
    const lost = await command('--url', 'http://127.0.0.1:9')
    expect(lost).toMatchObject({ code: 1 })
    expect(lost.stderr).toContain('cannot be migrated')
    expect(await command()).toMatchObject({ code: 2 })
    expect((await command('--help')).stdout).toContain('Usage: npm run migrate:libsql')
  }, 30_000)
})

import { createHash } from 'node:crypto'
import type { Finding } from './finding.ts'
import { type SourceFile, placeOf } from './source.ts'

/** SHA-256 of each released migration, by file name. A released migration never changes. */
export type ReleasedMigrations = Readonly<Record<string, string>>

/** The file that lists them. */
export const RELEASED = 'migrations/released.json'

const NAME = /^migrations\/(\d{4})_[a-z0-9_]+\.sql$/

const REFUSED: readonly {
  readonly pattern: RegExp
  readonly what: string
  readonly fix: string
}[] = [
  {
    pattern: /^\s*(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b/im,
    what: 'controls a transaction',
    fix: 'D1 refuses it: each statement of a migration stands alone.',
  },
  {
    pattern: /\bPRAGMA\b/i,
    what: 'uses a PRAGMA',
    fix: 'D1 ignores or refuses it; foreign keys are always checked.',
  },
  {
    pattern: /\b(VACUUM|ATTACH|CREATE\s+TEMP)\b/i,
    what: 'uses what D1 refuses',
    fix: 'Do without it.',
  },
  {
    pattern: /\bCREATE\s+TABLE\b(?![^;]*\)\s*STRICT)/i,
    what: 'creates a table that is not STRICT',
    fix: 'Write STRICT after the closing bracket.',
  },
]

/** Migrations that are out of order, changed after their release, or not restartable and portable. */
export function migrationFindings(
  files: readonly SourceFile[],
  released: ReleasedMigrations,
): Finding[] {
  const migrations = files.filter(({ path }) => path !== RELEASED)
  return [
    ...migrations.flatMap(misnamed),
    ...releaseFindings(migrations, released),
    ...migrations.flatMap((file) => refusedStatements(file, migrations)),
  ]
}

/** The list that makes every migration of the folder a released one. */
export function releaseAll(files: readonly SourceFile[]): ReleasedMigrations {
  const migrations = files.filter(({ path }) => path !== RELEASED)
  return Object.fromEntries(migrations.map((file) => [nameOf(file.path), digest(file.text)]))
}

function misnamed({ path }: SourceFile, index: number): Finding[] {
  const number = NAME.exec(path)?.[1]
  if (Number(number) === index + 1) return []
  const fix = 'Name it NNNN_what_it_does.sql; numbers count from 0001 without gaps.'
  return [{ where: path, what: `is not migration ${index + 1} by its name`, fix }]
}

function releaseFindings(
  migrations: readonly SourceFile[],
  released: ReleasedMigrations,
): Finding[] {
  const byName = new Map(migrations.map((file) => [nameOf(file.path), file]))
  const changed = Object.entries(released).flatMap(([name, hash]) => {
    const file = byName.get(name)
    if (file && digest(file.text) === hash) return []
    const what = file ? 'was changed after its release' : 'was removed after its release'
    const fix = 'Restore it and add a migration: databases have run it as it was.'
    return [{ where: `migrations/${name}`, what, fix }]
  })
  const last = Object.keys(released).sort().at(-1) ?? ''
  const early = [...byName.keys()].filter((name) => name < last && !(name in released))
  const fix = `Number it after ${last}: databases are past it.`
  return [
    ...changed,
    ...early.map((name) => ({
      where: `migrations/${name}`,
      what: 'stands before a released one',
      fix,
    })),
  ]
}

function refusedStatements(file: SourceFile, all: readonly SourceFile[]): Finding[] {
  const text = withoutComments(file.text)
  const found = REFUSED.flatMap(({ pattern, what, fix }) => {
    const match = pattern.exec(text)
    return match ? [{ where: placeOf(file, match.index), what, fix }] : []
  })
  const referenced = new Set(all.flatMap(({ text: sql }) => referencedTables(sql)))
  for (const match of text.matchAll(/\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?"?(\w+)/gi)) {
    if (!referenced.has(match[1] ?? '')) continue
    const fix = 'Dropping a parent deletes its children’s rows: add columns, copy and stop using.'
    found.push({ where: placeOf(file, match.index), what: 'drops a referenced table', fix })
  }
  return found
}

function referencedTables(sql: string): string[] {
  return [...withoutComments(sql).matchAll(/\bREFERENCES\s+"?(\w+)/gi)].map(
    ([, name]) => name ?? '',
  )
}

/** Blanks comments and texts out, so that offsets stay. */
function withoutComments(sql: string): string {
  return sql.replaceAll(/--.*$|'[^']*'/gm, (text) => ' '.repeat(text.length))
}

function nameOf(path: string): string {
  return path.slice('migrations/'.length)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

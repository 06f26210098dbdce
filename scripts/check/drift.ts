import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import type { ForeignKeyShape, IndexShape, TableShape } from './schema.ts'

const GUARDS = [
  'session_alive',
  'tenant_current',
  'version_matches',
  'row_found',
  'state_allows',
  'reference_exists',
  'unused',
  'last_one_stays',
  'lease_held',
  'stepped_up',
  'key_current',
]

/** What stands in the migrations or in tables.ts alone, and why. Every trigger is here. */
const UNTOLD: readonly Exception[] = [
  {
    path: 'audit_log',
    what: 'has the trigger audit_log_is_final',
    because: 'an entry never changes after its place in the chain is known, whoever writes',
  },
  {
    path: 'audit_log',
    what: 'has the trigger audit_log_is_kept',
    because: 'an entry goes after its time only, or with the chain of its tenant, whoever writes',
  },
  ...GUARDS.map((guard) => ({
    path: 'commit_guards',
    what: `has the check ${guard}<>0 in the migrations only`,
    because: 'it fails to abort a batch; commit() knows it by its name',
  })),
  {
    path: 'media_asset_tags',
    what: "has the check state in('ready','trashed') in tables.ts only",
    because: 'the state is copied from media_assets, which has the check',
  },
  ...[
    ['media_objects', 'bytes>=0'],
    ['media_totals', 'bytes>=0'],
    ['media_uploads', 'bytes>0'],
    ['media_uploads', 'arrived between 0 and bytes'],
  ].map(([path = '', condition = '']) => ({
    path,
    what: `has the check ${condition} in the migrations only`,
    because: 'numbers that statements add up; Drizzle builds nothing from the condition',
  })),
]

/**
 * Where the migrated schema and the tables of tables.ts differ. A reference to another module's
 * table stands in the migrations alone, since a module does not know that table.
 */
export function driftFindings(
  database: readonly TableShape[],
  declared: readonly TableShape[],
): Finding[] {
  const names = [...new Set([...database, ...declared].map(({ name }) => name))].sort()
  const moduleOf = (table: string) => declared.find(({ name }) => name === table)?.module
  const findings = names.flatMap((name) => {
    const real = database.find((table) => table.name === name)
    const told = declared.find((table) => table.name === name)
    if (!told) return [drift(name, 'is in the migrations and in no tables.ts')]
    if (!real) return [drift(name, 'is in a tables.ts and in no migration')]
    return [
      ...differences(name, 'column', real.columns, told.columns),
      ...differences(name, 'index', real.indexes.map(wholeIndex), told.indexes.map(wholeIndex)),
      ...differences(name, 'check', real.checks, told.checks),
      ...real.triggers.map((trigger) => ({
        where: name,
        what: `has the trigger ${trigger}`,
        fix: 'Drizzle knows no triggers: say in scripts/check/drift.ts why the table has it.',
      })),
      ...differences(
        name,
        'foreign key',
        real.foreignKeys.filter(({ table }) => moduleOf(table) === told.module).map(keyText),
        told.foreignKeys.map(keyText),
      ),
    ]
  })
  return withoutExceptions(
    findings,
    UNTOLD.filter(({ path }) => database.some(({ name }) => name === path)),
  )
}

function differences(
  table: string,
  kind: string,
  real: readonly string[],
  told: readonly string[],
): Finding[] {
  return [
    ...real
      .filter((item) => !told.includes(item))
      .map((item) => drift(table, `has the ${kind} ${item} in the migrations only`)),
    ...told
      .filter((item) => !real.includes(item))
      .map((item) => drift(table, `has the ${kind} ${item} in tables.ts only`)),
  ]
}

/** An index as findings name it. */
export function indexText({ name, columns, unique, where }: IndexShape): string {
  const kind = `${unique ? 'UNIQUE ' : ''}${where === undefined ? '' : 'PARTIAL '}`
  return `${name ?? 'constraint'} ${kind}(${columns.join(', ')})`
}

function wholeIndex(index: IndexShape): string {
  return index.where === undefined ? indexText(index) : `${indexText(index)} WHERE ${index.where}`
}

/** A foreign key as findings name it. */
export function keyText({ columns, table, foreignColumns, onDelete }: ForeignKeyShape): string {
  return `(${columns.join(', ')}) → ${table} (${foreignColumns.join(', ')}) ON DELETE ${onDelete}`
}

function drift(where: string, what: string): Finding {
  return { where, what, fix: 'Add a migration, or write into tables.ts what the migrations made.' }
}

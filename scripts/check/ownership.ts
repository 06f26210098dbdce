import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import { type SourceFile, placeOf } from './source.ts'
import { textsIn } from './sql.ts'

/** Tables of other modules that a module's statements name, and why they may. */
interface Share {
  readonly module: string
  readonly reads?: readonly string[]
  readonly writes?: readonly string[]
  readonly because: string
}

const SHARES: readonly Share[] = [
  {
    module: 'events',
    reads: ['inbox', 'outbox'],
    writes: ['inbox', 'outbox'],
    because: 'commit() adds events; this module delivers and settles them',
  },
  {
    module: 'jobs',
    reads: ['job_attempts', 'jobs'],
    writes: ['job_attempts', 'jobs'],
    because: 'commit() adds jobs; this module performs them',
  },
  {
    module: 'audit',
    reads: ['audit_log'],
    writes: ['audit_log'],
    because: 'commit() adds entries; this module chains, shows and removes them',
  },
  {
    module: 'api-keys',
    reads: ['tenants', 'user_roles', 'users'],
    because: 'a key counts while its maker and its tenant are as they were, in the same batch',
  },
  {
    module: 'auth',
    reads: ['tenants'],
    because: 'a session counts while its tenant is as it was, in the same batch',
  },
  {
    module: 'blog',
    reads: ['tenant_modules', 'tenants'],
    because: 'posts that are due are found over all tenants that have the module on',
  },
  { module: 'mail', reads: ['jobs'], because: 'only the holder of the job may begin to send' },
  {
    module: 'media',
    reads: ['idempotency_keys', 'inbox', 'jobs'],
    because: 'bytes are counted once for a key; a bulk operation is as far as its job',
  },
  {
    module: 'schedules',
    reads: ['jobs', 'tenants'],
    because: 'a run ends with its job; there is nothing to beat for without a tenant',
  },
  {
    module: 'tenants',
    reads: ['role_permissions', 'roles'],
    writes: ['role_permissions', 'roles'],
    because: 'a tenant is made with its roles, and its snapshot is read with them, in one batch',
  },
  {
    module: 'transfer',
    reads: ['audit_log', 'jobs', 'user_roles', 'users'],
    writes: ['role_permissions', 'roles', 'tenant_locales', 'tenant_modules', 'tenants'],
    because: 'it carries whole tenants, and people, from place to place',
  },
]

/** A row of it is inserted only to fail: every module guards its own rules. */
const GUARDS = 'commit_guards'

const MODULE = /^src\/modules\/([^/]+)\//

/** Where a statement names tables; those after a comma stand in the same list. */
const NAMING =
  /\b(DELETE FROM|FROM|JOIN|INTO|UPDATE(?: OR \w+)?)\s+("?\w+"?(?: (?:AS )?\w+)?(?:\s*,\s*"?\w+"?(?: (?:AS )?\w+)?)*)/gi

/** SQL of a module that names a table of another module. */
export function ownershipFindings(files: readonly SourceFile[]): Finding[] {
  const owners = ownersOf(files)
  const found = new Map<string, Finding>()
  for (const finding of files.flatMap((file) => foreignTables(file, owners))) {
    found.set(`${finding.where} ${finding.what}`, finding)
  }
  const modules = new Set(files.map(({ path }) => moduleOf(path)))
  const shares = SHARES.filter(({ module }) => modules.has(module))
  return withoutExceptions([...found.values()], shares.flatMap(exceptionsOf))
}

function exceptionsOf({ module, reads = [], writes = [], because }: Share): Exception[] {
  const path = `src/modules/${module}`
  return [
    ...reads.map((table) => ({ path, what: `reads ${table}`, because })),
    ...writes.map((table) => ({ path, what: `writes ${table}`, because })),
  ]
}

/** The module of each table, by the tables.ts that declares it. */
function ownersOf(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  const tables = files.filter(({ path }) => path.endsWith('/tables.ts'))
  return new Map(
    tables.flatMap(({ path, text }) =>
      [...text.matchAll(/\bsqliteTable\(\s*'(\w+)'/g)].map(
        ([, table = '']) => [table, moduleOf(path)] as const,
      ),
    ),
  )
}

function moduleOf(path: string): string {
  return MODULE.exec(path)?.[1] ?? ''
}

function foreignTables(file: SourceFile, owners: ReadonlyMap<string, string>): Finding[] {
  const module = moduleOf(file.path)
  if (module === '') return []
  return textsIn(file).flatMap(({ text, node }) =>
    namedIn(text).flatMap(({ table, does }) => {
      const owner = owners.get(table) ?? module
      if (owner === module || table === GUARDS) return []
      const fix = `${placeOf(file, node.start)}: ask ${owner} by its index.ts, or say in scripts/check/ownership.ts why not.`
      return [{ where: `src/modules/${module}`, what: `${does} ${table}`, fix }]
    }),
  )
}

/** What a statement, or a part of one, reads and writes. */
function namedIn(sql: string): { table: string; does: 'reads' | 'writes' }[] {
  return [...sql.matchAll(NAMING)].flatMap(([, keyword = '', list = '']) => {
    const does = /^(FROM|JOIN)$/i.test(keyword) ? 'reads' : 'writes'
    return list.split(',').flatMap((item) => {
      const table = /\w+/.exec(item)?.[0]
      return table === undefined ? [] : [{ table, does } as const]
    })
  })
}

import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'
import type { TableShape } from './schema.ts'

/** A statement with the lines of `EXPLAIN QUERY PLAN`. */
export interface ExplainedStatement {
  readonly sql: string
  readonly plan: readonly string[]
}

/** Tables of which a tenant has few rows, by `kernel/limits.ts` or by the number of modules. */
const BOUNDED = [
  'tenant_domains',
  'tenant_origins',
  'tenant_locales',
  'tenant_modules',
  'roles',
  'role_permissions',
  'blog_categories',
  'schedules',
  'webhook_endpoints',
  'webhook_sources',
  'audit_heads',
  'media_folders',
  'media_totals',
]

/** Ways to a tenant's row that the tenant does not lead, and why. */
const EXCEPTIONS: readonly Exception[] = [
  {
    path: 'tenants',
    what: 'is searched by (slug=?)',
    because: 'a slug leads to its tenant',
  },
  {
    path: 'tenant_domains',
    what: 'is searched by (host=?)',
    because: 'a host leads to its tenant',
  },
  {
    path: 'tenant_origins',
    what: 'is searched by (origin=?)',
    because: 'a preflight names no tenant',
  },
  {
    path: 'tenants',
    what: 'is searched by (id<?)',
    because: 'the operators’ list of all tenants, by pages',
  },
  {
    path: 'tenants',
    what: 'is searched by (status=? AND id<?)',
    because: 'the operators’ list of all tenants of a status, by pages',
  },
  {
    path: 'tenants',
    what: 'is searched by (status=?)',
    because: 'the erasure finds the tenants whose deletion was requested, at most 20 at a time',
  },
  {
    path: 'audit_log',
    what: 'is searched by ((tenant_id,id)>(?,?))',
    because: 'the tick seals what all tenants owe, by pages of a partial index of these rows alone',
  },
  {
    path: 'audit_log',
    what: 'is sorted by with audit_log, actions',
    because: 'the newest entries of each action with a beginning, at most a page of each',
  },
  {
    path: 'blog_posts',
    what: 'is searched by ((publish_at,tenant_id,id)>(?,?,?) AND publish_at<?)',
    because: 'the schedule publishes the due posts of all tenants, at most 100 at a time',
  },
  {
    path: 'media_objects',
    what: 'is searched by (state=? AND since<?)',
    because: 'the sweep gives up old uploads of all tenants, a page of a partial index at a time',
  },
  {
    path: 'media_objects',
    what: 'is searched by (state=?)',
    because: 'the sweep removes what is doomed of all tenants, a page of a partial index at a time',
  },
  {
    path: 'media_uploads',
    what: 'is searched by (expires_at<?)',
    because: 'the sweep forgets what has expired of all tenants, a page of an index at a time',
  },
  {
    path: 'media_totals',
    what: 'is searched by (walked_at<?)',
    because: 'the search for strays takes the tenant that waits longest',
  },
  {
    path: 'media_assets',
    what: 'is searched by (trashed_at<?)',
    because: 'the schedule empties the trash of all tenants, at most 100 assets at a time',
  },
  {
    path: 'media_assets',
    what: 'is read for all of the tenant',
    because:
      'deleting a folder: without statistics SQLite takes the primary key to see that no asset refers to it',
  },
  {
    path: 'blog_posts',
    what: 'is read for all of the tenant',
    because:
      'deleting an author or a category: without statistics SQLite takes the primary key to see that no post refers to it',
  },
  {
    path: 'blog_authors',
    what: 'is read for all of the tenant',
    because: 'the export of a person looks for the authors that are of its account',
  },
  {
    path: 'blog_post_translations',
    what: 'is sorted by grouping select blog_post_translations, blog_post_tags, blog_tags, blog_posts, json_each, blog_authors, blog_categories',
    because: 'related posts are ordered by what is counted, over 100 posts of each tag at most',
  },
  {
    path: 'webhook_deliveries',
    what: 'is searched by (created_at<?)',
    because: 'the clean-up forgets what ended long ago of all tenants, a page at a time',
  },
  {
    path: 'mail_messages',
    what: 'is searched by (id=?)',
    because: 'a provider’s webhook names a mail and no tenant',
  },
  {
    path: 'mail_messages',
    what: 'is searched by (provider_message_id=?)',
    because: 'a provider’s webhook names a mail by the provider’s own id',
  },
  {
    path: 'mail_messages',
    what: 'is searched by (updated_at<?)',
    because: 'the sweep of old mails of all tenants, by pages',
  },
  {
    path: 'outbox',
    what: 'is sorted by insert outbox, json_each',
    because: 'the events of one commit, in the order in which it names them',
  },
  {
    path: 'outbox',
    what: 'is searched by (available_at<?)',
    because: 'the relay takes what is due of all tenants, at most a page',
  },
  {
    path: 'outbox',
    what: 'is searched by (available_at>?)',
    because: 'the relay counts what is under way of all tenants, at most 1,000',
  },
  {
    path: 'outbox',
    what: 'is searched by (id=?)',
    because: 'an event’s id is unique over all tenants',
  },
  {
    path: 'outbox',
    what: 'is read for all of the tenant',
    because: 'operators are told how much is owed and dead: partial indexes of these rows alone',
  },
  {
    path: 'outbox',
    what: 'is scanned from end to end',
    because: 'metrics tell how much all tenants owe: partial indexes of what is owed and dead',
  },
  {
    path: 'jobs',
    what: 'is sorted by insert jobs, json_each',
    because: 'the jobs of one commit, in the order in which it names them',
  },
  {
    path: 'jobs',
    what: 'is searched by (priority=? AND due_at<?)',
    because: 'the relay takes what is due of all tenants, at most a page',
  },
  {
    path: 'jobs',
    what: 'is searched by (tenant_id>?)',
    because: 'the relay steps from one name of a tenant to the next, a row each',
  },
  {
    path: 'jobs',
    what: 'is searched by (rowid=?)',
    because: 'what the relay has found by an index before',
  },
  {
    path: 'jobs',
    what: 'is scanned from end to end',
    because:
      'partial indexes: what is leased, at most 1,000 rows, and for metrics what is not done',
  },
  {
    path: 'jobs',
    what: 'is sorted by with jobs, limited, free, places',
    because: 'the relay orders two pages of due jobs at most, and twenty of each limited name',
  },
  {
    path: 'schedules',
    what: 'is searched by (next_run_at<?)',
    because: 'a tick starts what is due in all tenants, at most 500 on a shard',
  },
  {
    path: 'schedules',
    what: 'is scanned from end to end',
    because: 'what manifests declare: a partial index of as many rows as there are declarations',
  },
  {
    path: 'schedule_runs',
    what: 'is scanned from end to end',
    because: 'a partial index of the runs that have not ended, at most 1,000 of them a tick',
  },
  {
    path: 'tenants',
    what: 'is scanned from end to end',
    because: 'the oldest tenant, which is the first of the primary key, and no other',
  },
  ...[
    ['idempotency_keys', 'created_at<?'],
    ['schedule_runs', 'created_at<?'],
    ['outbox', 'settled_at<?'],
    ['outbox', 'dead_at<?'],
    ['outbox', 'rowid=?'],
    ['inbox', 'handled_at<?'],
    ['jobs', 'finished_at<?'],
    ['sessions', 'expires_at<?'],
    ['login_history', 'created_at<?'],
    ['auth_attempts', 'began_at<?'],
    ['one_time_tokens', 'expires_at<?'],
    ['invitations', 'expires_at<?'],
    ['audit_heads', 'due_at<?'],
    ['api_keys', 'ends_at<?'],
  ].map(([path = '', by = '']) => ({
    path,
    what: `is searched by (${by})`,
    because: 'the sweep of what is too old in all tenants, by pages',
  })),
]

/**
 * Reads the plans: every row of a tenant's table is found by an index that begins with the tenant,
 * and nothing is scanned from end to end. What is inserted names its tenant.
 */
export function planFindings(
  statements: readonly ExplainedStatement[],
  tables: readonly TableShape[],
): Finding[] {
  const found = new Map<string, Finding>()
  for (const statement of statements) {
    for (const finding of [
      ...accesses(statement, tables),
      ...sorts(statement),
      ...inserts(statement, tables),
    ]) {
      found.set(`${finding.where} ${finding.what} ${nameOf(statement.sql)}`, finding)
    }
  }
  const findings = [...found.values()]
  return withoutExceptions(
    findings,
    EXCEPTIONS.filter(({ path }) => statements.some(({ sql }) => sql.includes(path))),
  )
}

function accesses(statement: ExplainedStatement, tables: readonly TableShape[]): Finding[] {
  const { sql, plan } = statement
  const aliases = aliasesIn(sql)
  return plan.flatMap((line, index) => {
    const fix = `See ${line} in: ${sql.replaceAll(/\s+/g, ' ')}`
    if (line.includes('VIRTUAL TABLE')) return []
    const [, way, alias = ''] = /^(SCAN|SEARCH) (\w+)/.exec(line) ?? []
    const name = aliases.get(alias) ?? alias
    const table = tables.find((each) => each.name === name)
    if (!table || way === undefined) return []
    const constraint = / \((.+)\)(?: LEFT-JOIN)?$/.exec(line)?.[1]
    const isWalk =
      (index === 0 && walksAnIndex(statement)) || isErasure(statement) || isImport(statement)
    const what = whatIsWrong(table, constraint, isWalk)
    return what === undefined ? [] : [{ where: name, what, fix }]
  })
}

function whatIsWrong(
  table: TableShape,
  constraint: string | undefined,
  isWalk: boolean,
): string | undefined {
  if (constraint === undefined) return 'is scanned from end to end'
  const { name } = table
  const isLed = isOwned(table) ? constraint.startsWith('tenant_id=?') : isDirect(name, constraint)
  if (!isLed) return `is searched by (${constraint})`
  const isWhole = isOwned(table) && constraint === 'tenant_id=?' && !BOUNDED.includes(name)
  return isWhole && !isWalk ? 'is read for all of the tenant' : undefined
}

/** True when the rows come in the order of an index and no more of them than are asked for. */
function walksAnIndex({ sql, plan }: ExplainedStatement): boolean {
  return /\blimit\b/i.test(sql) && !plan.some((line) => line.includes('TEMP B-TREE'))
}

/** True for the end of a tenant: a page of its rows, or its own when nothing refers to it any more. */
function isErasure(statement: ExplainedStatement): boolean {
  const isPage = /^\s*delete\b.*\blimit\b.*\)/is.test(statement.sql) && walksAnIndex(statement)
  return isPage || /^\s*delete from tenants\b/i.test(statement.sql)
}

/**
 * True for the load of a tenant. SQLite plans to look for rows that wait for the new ones, and does so
 * only in a batch that has broken a foreign key before.
 */
function isImport({ sql }: ExplainedStatement): boolean {
  return /^\s*insert into "\w+" \(tenant_id, .*\bselect \?, value ->> .*from json_each/is.test(sql)
}

/** Rows that are sorted although an index could have them in order. */
function sorts({ sql, plan }: ExplainedStatement): Finding[] {
  if (!plan.some((line) => line.includes('TEMP B-TREE'))) return []
  const fix = `Order by what the index of the filter ends with: ${sql.replaceAll(/\s+/g, ' ')}`
  return [{ where: tablesIn(sql)[0] ?? '', what: `is sorted by ${nameOf(sql)}`, fix }]
}

/** A statement by its verb, its tables and its filters. */
function nameOf(sql: string): string {
  const verb = /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase() ?? ''
  const grouping = /\bgroup by\b/i.test(sql) ? 'grouping ' : ''
  return `${grouping}${verb} ${[...new Set(tablesIn(sql))].join(', ')}`
}

function tablesIn(sql: string): string[] {
  const named = /\b(?:from|join|update|into)\s+"?(\w+)"?/gi
  return [...sql.matchAll(named)].map(([, table = '']) => table)
}

/** The tenant's own row is led by its id; tables of no tenant are the platform's. */
function isDirect(name: string, constraint: string): boolean {
  return name !== 'tenants' || /\bid=\?/.test(constraint)
}

function isOwned({ columns }: TableShape): boolean {
  return columns.some((column) => column.startsWith('tenant_id '))
}

function inserts({ sql }: ExplainedStatement, tables: readonly TableShape[]): Finding[] {
  const [, name = '', list = ''] = /^\s*insert\s+into\s+"?(\w+)"?\s*\(([^)]*)\)/i.exec(sql) ?? []
  const table = tables.find((each) => each.name === name)
  if (!table || !isOwned(table) || /\btenant_id\b/.test(list)) return []
  return [{ where: name, what: 'is given a row without a tenant', fix: 'Insert tenant_id.' }]
}

/** The tables of a statement by the names that it gives them. */
function aliasesIn(sql: string): Map<string, string> {
  const named = /\b(?:from|join|update|into)\s+"?(\w+)"?(?:\s+(?:as\s+)?"?(\w+)"?)?/gi
  return new Map(
    [...sql.matchAll(named)].flatMap(([, table = '', alias]) => [
      [table, table] as const,
      ...(alias === undefined ? [] : [[alias, table] as const]),
    ]),
  )
}

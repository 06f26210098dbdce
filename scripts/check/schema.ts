import { type SQLiteTable, getTableConfig } from 'drizzle-orm/sqlite-core'
import { type Exception, withoutExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'

/** A table as an engine has it, or as Drizzle is told that it is. Lists are comparable texts. */
export interface TableShape {
  readonly name: string
  /** The module that declares it; an engine does not know. */
  readonly module?: string
  /** `name TYPE`, with `NOT NULL`, `DEFAULT …` and `KEY n` where they hold. */
  readonly columns: readonly string[]
  readonly indexes: readonly IndexShape[]
  readonly foreignKeys: readonly ForeignKeyShape[]
}

export interface IndexShape {
  /** Undefined for a constraint: the engine names those itself. */
  readonly name: string | undefined
  readonly columns: readonly string[]
  readonly unique: boolean
  readonly partial: boolean
}

export interface ForeignKeyShape {
  readonly columns: readonly string[]
  readonly table: string
  readonly foreignColumns: readonly string[]
  readonly onDelete: string
}

/** Rows of a query without parameters. */
export type RunQuery = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

const OURS = `m.type = 'table' AND m.name NOT GLOB 'sqlite_*' AND m.name NOT GLOB '_cf_*'
  AND m.name NOT GLOB '*_migrations' AND m.name NOT GLOB 'libsql_*'`

/** The tables of a database, by name. */
export async function shapeOfDatabase(query: RunQuery): Promise<TableShape[]> {
  const columns = await query(
    `SELECT m.name AS tableName, c.* FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c
     WHERE ${OURS} ORDER BY m.name, c.cid`,
  )
  const indexColumns = await query(
    `SELECT m.name AS tableName, i.name AS indexName, i."unique" AS isUnique, i.origin, i.partial,
     x.name AS columnName FROM sqlite_schema m JOIN pragma_index_list(m.name) i
     JOIN pragma_index_info(i.name) x WHERE ${OURS} AND i.origin <> 'pk'
     ORDER BY m.name, i.name, x.seqno`,
  )
  const keys = await query(
    `SELECT m.name AS tableName, k.* FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) k
     WHERE ${OURS} ORDER BY m.name, k.id, k.seq`,
  )
  const names = [...new Set(columns.map((row) => text(row['tableName'])))]
  return names.map((name) => {
    const mine = (row: Readonly<Record<string, unknown>>) => row['tableName'] === name
    return {
      name,
      columns: columns.filter(mine).map(columnOfPragma),
      indexes: grouped(indexColumns.filter(mine), 'indexName').map(indexOfPragma),
      foreignKeys: grouped(keys.filter(mine), 'id').map(keyOfPragma),
    }
  })
}

type Rows = readonly Readonly<Record<string, unknown>>[]

function grouped(rows: Rows, by: string): Rows[] {
  return [...Map.groupBy(rows, (row) => row[by]).values()]
}

function columnOfPragma(row: Readonly<Record<string, unknown>>): string {
  const { name, type, notnull, dflt_value: value, pk } = row
  return columnText({
    name: text(name),
    type: text(type),
    notNull: notnull === 1,
    standard: value === null ? undefined : text(value),
    key: Number(pk),
  })
}

function indexOfPragma(rows: Rows): IndexShape {
  const [first] = rows
  return {
    name: first?.['origin'] === 'c' ? text(first['indexName']) : undefined,
    columns: rows.map((row) => text(row['columnName'])),
    unique: first?.['isUnique'] === 1,
    partial: first?.['partial'] === 1,
  }
}

function keyOfPragma(rows: Rows): ForeignKeyShape {
  const [first] = rows
  return {
    columns: rows.map((row) => text(row['from'])),
    table: text(first?.['table']),
    foreignColumns: rows.map((row) => text(row['to'])),
    onDelete: text(first?.['on_delete']).toUpperCase(),
  }
}

/** A table as the tables.ts of a module tells Drizzle that it is. */
export function shapeOfTable(table: SQLiteTable, module: string): TableShape {
  const config = getTableConfig(table)
  const key = config.primaryKeys[0]?.columns.map((column) => column.name) ?? []
  return {
    name: config.name,
    module,
    columns: config.columns.map((column) =>
      columnText({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        notNull: column.notNull,
        standard: column.default === undefined ? undefined : literal(column.default),
        key: column.primary ? 1 : key.indexOf(column.name) + 1,
      }),
    ),
    indexes: [
      ...config.indexes.map(({ config: { name, columns, unique, where } }) => ({
        name,
        columns: columns.map((column) => ('name' in column ? text(column.name) : '?')),
        unique,
        partial: where !== undefined,
      })),
      ...config.uniqueConstraints.map(({ columns }) => constraint(columns.map(({ name }) => name))),
      ...config.columns.flatMap((column) => (column.isUnique ? [constraint([column.name])] : [])),
    ],
    foreignKeys: config.foreignKeys.map((foreignKey) => {
      const { columns, foreignTable, foreignColumns } = foreignKey.reference()
      return {
        columns: columns.map((column) => column.name),
        table: getTableConfig(foreignTable).name,
        foreignColumns: foreignColumns.map((column) => column.name),
        onDelete: (foreignKey.onDelete ?? 'no action').toUpperCase(),
      }
    }),
  }
}

function constraint(columns: readonly string[]): IndexShape {
  return { name: undefined, columns, unique: true, partial: false }
}

function columnText(column: {
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  readonly standard: string | undefined
  readonly key: number
}): string {
  const { name, type, notNull, standard, key } = column
  // A part of the key is never null in a STRICT table, whether the declaration says so or not.
  const parts = [name, type, key === 0 && notNull ? 'NOT NULL' : '']
  if (standard !== undefined) parts.push(`DEFAULT ${standard}`)
  if (key > 0) parts.push(`KEY ${key}`)
  return parts.filter(Boolean).join(' ')
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

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
  return names.flatMap((name) => {
    const real = database.find((table) => table.name === name)
    const told = declared.find((table) => table.name === name)
    if (!told) return [drift(name, 'is in the migrations and in no tables.ts')]
    if (!real) return [drift(name, 'is in a tables.ts and in no migration')]
    return [
      ...differences(name, 'column', real.columns, told.columns),
      ...differences(name, 'index', real.indexes.map(indexText), told.indexes.map(indexText)),
      ...differences(
        name,
        'foreign key',
        real.foreignKeys.filter(({ table }) => moduleOf(table) === told.module).map(keyText),
        told.foreignKeys.map(keyText),
      ),
    ]
  })
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

function indexText({ name, columns, unique, partial }: IndexShape): string {
  const kind = `${unique ? 'UNIQUE ' : ''}${partial ? 'PARTIAL ' : ''}`
  return `${name ?? 'constraint'} ${kind}(${columns.join(', ')})`
}

function keyText({ columns, table, foreignColumns, onDelete }: ForeignKeyShape): string {
  return `(${columns.join(', ')}) → ${table} (${foreignColumns.join(', ')}) ON DELETE ${onDelete}`
}

function drift(where: string, what: string): Finding {
  return { where, what, fix: 'Add a migration, or write into tables.ts what the migrations made.' }
}

/** Keys of tenants' tables that do not begin with the tenant, and why they may not. */
const NOT_TENANT_LED: readonly Exception[] = [
  {
    path: 'outbox',
    what: 'has a primary key that does not begin with tenant_id',
    because: 'the sequence in which the relay sends the events of all tenants',
  },
  {
    path: 'outbox',
    what: 'has the index constraint UNIQUE (id), which does not begin with tenant_id',
    because: 'event ids are unique over all tenants; the consumer knows an event by its id',
  },
  {
    path: 'outbox',
    what: 'has the index outbox_owed PARTIAL (available_at, seq), which does not begin with tenant_id',
    because: 'the relay takes what is due of all tenants',
  },
  {
    path: 'jobs',
    what: 'has the index jobs_due PARTIAL (priority, due_at), which does not begin with tenant_id',
    because: 'the relay takes what is due of all tenants',
  },
  {
    path: 'idempotency_keys',
    what: 'has the index idempotency_keys_by_age (created_at), which does not begin with tenant_id',
    because: 'the sweep of old keys of all tenants',
  },
  {
    path: 'api_keys',
    what: 'has the index api_keys_by_end PARTIAL (ends_at), which does not begin with tenant_id',
    because: 'the clean-up removes what ended long ago of all tenants',
  },
  {
    path: 'media_assets',
    what: 'has the index media_assets_trashed PARTIAL (trashed_at), which does not begin with tenant_id',
    because: 'the sweep of the trash of all tenants',
  },
  {
    path: 'media_objects',
    what: 'has the index media_objects_owed PARTIAL (state, since), which does not begin with tenant_id',
    because: 'the sweep of what is owed of objects of all tenants',
  },
  {
    path: 'media_uploads',
    what: 'has the index media_uploads_expired (expires_at), which does not begin with tenant_id',
    because: 'the sweep of expired uploads of all tenants',
  },
  {
    path: 'media_totals',
    what: 'has the index media_totals_by_walk (walked_at), which does not begin with tenant_id',
    because: 'the sweep walks the tenant that it has not walked for longest',
  },
  {
    path: 'sessions',
    what: 'has the index sessions_by_expiry (expires_at), which does not begin with tenant_id',
    because: 'the sweep of expired sessions of all tenants',
  },
  {
    path: 'one_time_tokens',
    what: 'has the index one_time_tokens_by_expiry (expires_at), which does not begin with tenant_id',
    because: 'the sweep of tokens whose time is over of all tenants',
  },
  {
    path: 'invitations',
    what: 'has the index invitations_by_expiry (expires_at), which does not begin with tenant_id',
    because: 'the sweep of invitations whose time is long over of all tenants',
  },
  {
    path: 'auth_attempts',
    what: 'has the index auth_attempts_by_beginning (began_at), which does not begin with tenant_id',
    because: 'the sweep of windows that have ended, of all tenants',
  },
  {
    path: 'login_history',
    what: 'has the index login_history_by_age (created_at), which does not begin with tenant_id',
    because: 'the sweep of old log-ins of all tenants',
  },
  {
    path: 'mail_messages',
    what: 'has the index mail_messages_by_id (id), which does not begin with tenant_id',
    because: 'a provider’s webhook names a mail and no tenant',
  },
  {
    path: 'mail_messages',
    what: 'has the index mail_messages_by_receipt PARTIAL (provider_message_id), which does not begin with tenant_id',
    because: 'a provider’s webhook names a mail by the provider’s own id',
  },
  {
    path: 'mail_messages',
    what: 'has the index mail_messages_by_age (updated_at), which does not begin with tenant_id',
    because: 'the sweep of old mails of all tenants',
  },
  {
    path: 'tenant_domains',
    what: 'has the index tenant_domains_host UNIQUE PARTIAL (host), which does not begin with tenant_id',
    because: 'a host leads to its tenant',
  },
  {
    path: 'tenant_origins',
    what: 'has the index tenant_origins_by_origin (origin), which does not begin with tenant_id',
    because: 'a preflight names no tenant',
  },
  {
    path: 'blog_posts',
    what: 'has the index blog_posts_due PARTIAL (publish_at), which does not begin with tenant_id',
    because: 'the schedule publishes the due posts of all tenants',
  },
  {
    path: 'schedules',
    what: 'has the index schedules_declared UNIQUE PARTIAL (name), which does not begin with tenant_id',
    because: 'what a manifest declares is there once in the deployment, whoever owns it',
  },
  {
    path: 'schedules',
    what: 'has the index schedules_due PARTIAL (next_run_at), which does not begin with tenant_id',
    because: 'a tick starts the due schedules of all tenants',
  },
  {
    path: 'schedule_runs',
    what: 'has the index schedule_runs_open PARTIAL (created_at), which does not begin with tenant_id',
    because: 'a tick settles the runs of all tenants whose jobs have ended',
  },
  ...[
    ['schedule_runs', 'schedule_runs_by_age (created_at)'],
    ['outbox', 'outbox_settled PARTIAL (settled_at)'],
    ['outbox', 'outbox_dead_by_age PARTIAL (dead_at)'],
    ['inbox', 'inbox_by_age (handled_at)'],
    ['jobs', 'jobs_finished PARTIAL (finished_at)'],
    ['webhook_deliveries', 'webhook_deliveries_by_age (created_at)'],
    ['audit_heads', 'audit_heads_due (due_at)'],
  ].map(([path = '', name = '']) => ({
    path,
    what: `has the index ${name}, which does not begin with tenant_id`,
    because: 'the sweep of old rows of all tenants',
  })),
]

/** Tables of tenants, and of theirs the keys and references that do not begin with the tenant. */
export function tenantLedFindings(tables: readonly TableShape[]): Finding[] {
  const owned = new Set(tables.filter(isOwned).map(({ name }) => name))
  const findings = tables
    .filter(isOwned)
    .flatMap(({ name, columns, indexes, foreignKeys }) => [
      ...(columns.some((column) => column.startsWith('tenant_id ') && column.endsWith(' KEY 1'))
        ? []
        : [tenantFirst(name, 'has a primary key that does not begin with tenant_id')]),
      ...indexes
        .filter((index) => index.columns[0] !== 'tenant_id')
        .map((index) =>
          tenantFirst(
            name,
            `has the index ${indexText(index)}, which does not begin with tenant_id`,
          ),
        ),
      ...foreignKeys
        .filter((key) => owned.has(key.table) && !namesTenant(key))
        .map((key) => tenantFirst(name, `has the foreign key ${keyText(key)} without tenant_id`)),
    ])
  return withoutExceptions(
    findings,
    NOT_TENANT_LED.filter(({ path }) => owned.has(path)),
  )
}

function isOwned({ columns }: TableShape): boolean {
  return columns.some((column) => column.startsWith('tenant_id '))
}

function namesTenant({ columns, foreignColumns }: ForeignKeyShape): boolean {
  return columns[0] === 'tenant_id' && foreignColumns[0] === 'tenant_id'
}

function tenantFirst(where: string, what: string): Finding {
  return { where, what, fix: 'Lead it by tenant_id, so that no key reaches over a tenant.' }
}

import { SQL } from 'drizzle-orm'
import { SQLiteSyncDialect, type SQLiteTable, getTableConfig } from 'drizzle-orm/sqlite-core'
import { checksOf, indexPartsOf, plain } from './ddl.ts'

/** A table as an engine has it, or as Drizzle is told that it is. Lists are comparable texts. */
export interface TableShape {
  readonly name: string
  /** The module that declares it; an engine does not know. */
  readonly module?: string
  /** `name TYPE`, with `NOT NULL`, `DEFAULT …` and `KEY n` where they hold. */
  readonly columns: readonly string[]
  readonly indexes: readonly IndexShape[]
  readonly foreignKeys: readonly ForeignKeyShape[]
  /** Conditions of CHECK constraints; one that lists the values of a column is told by its enum. */
  readonly checks: readonly string[]
  /** Names of triggers, which Drizzle knows nothing of. */
  readonly triggers: readonly string[]
}

export interface IndexShape {
  /** Undefined for a constraint: the engine names those itself. */
  readonly name: string | undefined
  /** Names of columns, or expressions. */
  readonly columns: readonly string[]
  readonly unique: boolean
  /** The condition of a partial index. */
  readonly where: string | undefined
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
    `SELECT m.name AS tableName, i.name AS indexName, i."unique" AS isUnique, x.name AS columnName,
     s.sql FROM sqlite_schema m JOIN pragma_index_list(m.name) i
     JOIN pragma_index_info(i.name) x LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = i.name
     WHERE ${OURS} AND i.origin <> 'pk' ORDER BY m.name, i.name, x.seqno`,
  )
  const keys = await query(
    `SELECT m.name AS tableName, k.* FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) k
     WHERE ${OURS} ORDER BY m.name, k.id, k.seq`,
  )
  const texts = await query(
    `SELECT tbl_name AS tableName, type, name, sql FROM sqlite_schema
     WHERE type IN ('table', 'trigger') ORDER BY name`,
  )
  const names = [...new Set(columns.map((row) => text(row['tableName'])))]
  return names.map((name) => {
    const mine = (row: Readonly<Record<string, unknown>>) => row['tableName'] === name
    return {
      name,
      columns: columns.filter(mine).map(columnOfPragma),
      indexes: grouped(indexColumns.filter(mine), 'indexName').map(indexOfPragma),
      foreignKeys: grouped(keys.filter(mine), 'id').map(keyOfPragma),
      checks: texts
        .filter((row) => mine(row) && row['type'] === 'table')
        .flatMap((row) => checksOf(text(row['sql']), name)),
      triggers: texts
        .filter((row) => mine(row) && row['type'] === 'trigger')
        .map((row) => text(row['name'])),
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
  const parts = indexPartsOf(text(first?.['sql']), text(first?.['tableName']))
  return {
    name: parts && text(first?.['indexName']),
    columns: parts?.columns ?? rows.map((row) => text(row['columnName'])),
    unique: first?.['isUnique'] === 1,
    where: parts?.where,
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
        columns: columns.map((column) =>
          column instanceof SQL ? rendered(column, config.name) : column.name,
        ),
        unique,
        where: where && rendered(where, config.name),
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
    checks: [
      ...new Set([
        ...config.columns.flatMap(({ name, enumValues = [] }) =>
          enumValues.length === 0 ? [] : [plain(`${name} IN (${enumValues.map(literal).join()})`)],
        ),
        ...config.checks.map(({ value }) => rendered(value, config.name)),
      ]),
    ],
    triggers: [],
  }
}

const dialect = new SQLiteSyncDialect()

function rendered(sql: SQL, table: string): string {
  return plain(dialect.sqlToQuery(sql.inlineParams()).sql, table)
}

function constraint(columns: readonly string[]): IndexShape {
  return { name: undefined, columns, unique: true, where: undefined }
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

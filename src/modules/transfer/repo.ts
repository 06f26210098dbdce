import { type SQL, sql } from 'drizzle-orm'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'
import {
  type Bind,
  type Query,
  type SqlValue,
  type Statement,
  prepareEach,
} from '../../kernel/statement.ts'
import type { Person, PersonLink, TransferRow } from './types.ts'

/** A column of a table. */
export interface ColumnRow {
  readonly table: string
  readonly place: number
  readonly name: string
  readonly type: string
  readonly notnull: number
  /** The place in the primary key, from 1 on; 0 outside of it. */
  readonly pk: number
}

/** The columns of tables. */
export function findColumns(names: readonly string[]): Query<ColumnRow> {
  return {
    sql: `SELECT given.value AS "table", info.cid AS place, info.name, info.type, info."notnull",
        info.pk
      FROM json_each(?1) given JOIN pragma_table_info(given.value) info`,
    params: [JSON.stringify(names)],
  }
}

/** The columns by which tables refer to themselves. */
export function findReferences(names: readonly string[]): Query<{ table: string; name: string }> {
  return {
    sql: `SELECT given.value AS "table", key."from" AS name
      FROM json_each(?1) given JOIN pragma_foreign_key_list(given.value) key
      WHERE key."table" = given.value AND key."from" <> 'tenant_id'`,
    params: [JSON.stringify(names)],
  }
}

/** What a statement over a table is built of; all names come from the schema. */
export interface TableShape {
  readonly name: string
  readonly key: readonly string[]
  readonly columns: readonly string[]
  /** Whether it goes on behind a row. */
  readonly isAfter: boolean
  /** Of a person alone, where there are any. */
  readonly links?: readonly PersonLink[]
}

const dialect = new SQLiteAsyncDialect()
const id = (name: string) => sql.identifier(name)
const list = (parts: readonly SQL[]) => sql.join([...parts], sql`, `)
const ids = (names: readonly string[]) => list(names.map((name) => sql`${id(name)}`))
const raw = (query: SQL) => ({ toSQL: () => dialect.sqlToQuery(query) })

/**
 * Rows of the person. `walked` is the sign that keeps SQLite from an index: it would sort what it finds
 * by that, where a walk by the primary key comes in order.
 */
function isOf(links: readonly PersonLink[], bind: Bind, walked: SQL): SQL {
  const each = links.map(({ column, is }) => {
    const own = sql`${walked}${id(column)}`
    if (is === 'user') return sql`${own} = ${bind('userId')}`
    if (is === 'email') return sql`${own} = ${bind('email')}`
    return sql`${own} IN (SELECT id FROM ${id(is.rowOf)}
      WHERE tenant_id = ${bind('tenantId')} AND ${isOf(is.links, bind, sql``)})`
  })
  return sql`(${sql.join(each, sql` OR `)})`
}

/** A page of a tenant's rows in the order of the primary key. */
function pageOf({ name, key, isAfter, links }: TableShape, bind: Bind, fields: SQL) {
  const behind = list(key.map((_, at) => bind(`after${at}`)))
  const after = isAfter ? sql` AND (${ids(key)}) > (${behind})` : sql``
  const order = key.length > 0 ? key : ['tenant_id']
  const own = links ? sql` AND ${isOf(links, bind, sql`+`)}` : sql``
  return raw(
    sql`SELECT ${fields} FROM ${id(name)} WHERE tenant_id = ${bind('tenantId')}${after}${own}
      ORDER BY ${ids(order)} LIMIT ${bind('limit')}`,
  )
}

const measureSome = prepareEach((shape: TableShape, bind) => {
  const lengths = shape.columns.map((column) => sql`coalesce(length(${id(column)}), 0)`)
  return pageOf(shape, bind, sql`${sql.join(lengths, sql` + `)} AS size`)
})

const findSome = prepareEach((shape: TableShape, bind) => pageOf(shape, bind, ids(shape.columns)))

/** Where a page begins, and how many rows it has. */
export interface PageOf {
  readonly tenantId: string
  /** The key of the row before. */
  readonly after: readonly SqlValue[] | null
  readonly limit: number
  /** Of tables with links. */
  readonly person?: Person | undefined
}

function valuesOf({ tenantId, after, limit, person }: PageOf): Record<string, SqlValue> {
  const behind = (after ?? []).map((value, at) => [`after${at}`, value] as const)
  return { tenantId, limit, ...person, ...Object.fromEntries(behind) }
}

/** The sizes of a tenant's rows in characters, in the order of the primary key. */
export function measureRows(
  table: Omit<TableShape, 'isAfter'>,
  page: PageOf,
): Query<{ size: number }> {
  return measureSome({ ...table, isAfter: page.after !== null }, valuesOf(page))
}

/** A tenant's rows in the order of the primary key. */
export function findRows(table: Omit<TableShape, 'isAfter'>, page: PageOf): Query<TransferRow> {
  return findSome({ ...table, isAfter: page.after !== null }, valuesOf(page))
}

/** The newest audit entry of a tenant. */
export function findNewestEntry(tenantId: string): Query<{ id: string }> {
  return {
    sql: 'SELECT id FROM audit_log WHERE tenant_id = ?1 ORDER BY id DESC LIMIT 1',
    params: [tenantId],
  }
}

/** Rows to insert; of those that are there, the columns `references` change. */
export interface InsertShape extends Pick<TableShape, 'name' | 'key' | 'columns'> {
  readonly references: readonly string[]
}

/** Behind the rows of an insertion. */
function otherwise({ key, references }: InsertShape): SQL {
  if (references.length === 0) return sql``
  const changes = list(references.map((column) => sql`${id(column)} = excluded.${id(column)}`))
  return sql` ON CONFLICT (tenant_id, ${ids(key)}) DO UPDATE SET ${changes}`
}

const insertAll = prepareEach((shape: InsertShape, bind) => {
  const values = list(shape.columns.map((column) => sql`value ->> ${`$.${column}`}`))
  return raw(
    sql`INSERT INTO ${id(shape.name)} (tenant_id, ${ids(shape.columns)})
      SELECT ${bind('tenantId')}, ${values} FROM json_each(${bind('rows')})
      WHERE true${otherwise(shape)}`,
  )
})

const insertOne = prepareEach((shape: InsertShape, bind) => {
  const values = list(shape.columns.map((column) => bind(column)))
  return raw(
    sql`INSERT INTO ${id(shape.name)} (tenant_id, ${ids(shape.columns)})
      VALUES (${bind('tenantId')}, ${values})${otherwise(shape)}`,
  )
})

/**
 * Inserts rows of a tenant: by one statement, or by one each when their JSON has more than `limit`
 * bytes. Each row has every column of the shape.
 */
export function insertRows(
  shape: InsertShape,
  tenantId: string,
  rows: readonly TransferRow[],
  limit: number,
): Statement[] {
  const json = JSON.stringify(rows)
  if (new TextEncoder().encode(json).length <= limit)
    return [insertAll(shape, { tenantId, rows: json })]
  return rows.map((row) => insertOne(shape, { ...row, tenantId }))
}

/** What making a tenant has put into it. */
export function clearDefaults(tenantId: string): Statement[] {
  return [
    { sql: 'DELETE FROM role_permissions WHERE tenant_id = ?1', params: [tenantId] },
    { sql: 'DELETE FROM roles WHERE tenant_id = ?1', params: [tenantId] },
    { sql: 'DELETE FROM tenant_modules WHERE tenant_id = ?1', params: [tenantId] },
    { sql: 'DELETE FROM tenant_locales WHERE tenant_id = ?1', params: [tenantId] },
  ]
}

/** Closes a tenant for the time of its import. Changes nothing unless it is active. */
export function closeTenant(tenantId: string, now: number): Statement {
  return {
    sql: `UPDATE tenants SET status = 'suspended', version = version + 1, updated_at = ?2
      WHERE id = ?1 AND status = 'active' AND is_control = 0`,
    params: [tenantId, now],
  }
}

/** Opens a tenant that an import has filled. */
export function openTenant(
  tenantId: string,
  given: { readonly defaultLocale: string; readonly settings: Readonly<Record<string, unknown>> },
  now: number,
): Statement {
  return {
    sql: `UPDATE tenants SET status = 'active', default_locale = ?2, settings = ?3,
      version = version + 1, updated_at = ?4 WHERE id = ?1 AND status = 'suspended'`,
    params: [tenantId, given.defaultLocale, JSON.stringify(given.settings), now],
  }
}

/** The job of an export or an import. */
export interface TransferJobRow {
  readonly name: string
  readonly payload: string
  readonly state: 'queued' | 'running' | 'done' | 'dead' | 'cancelled'
  readonly progress: number
  readonly lastError: string | null
  readonly createdAt: number
  readonly finishedAt: number | null
}

/** The export or the import of an id. */
export function findTransfer(tenantId: string, transferId: string): Query<TransferJobRow> {
  return {
    sql: `SELECT name, payload, state, progress, last_error AS lastError, created_at AS createdAt,
        finished_at AS finishedAt
      FROM jobs WHERE tenant_id = ?1 AND id = ?2 AND name IN ('transfer:export', 'transfer:import')`,
    params: [tenantId, transferId],
  }
}

/** Exports or imports of a tenant's folder. */
interface TransferKind {
  readonly tenantId: string
  readonly name: string
}

/** A row unless a job of the kind and the unique key waits or runs. */
export function isFree({ tenantId, name }: TransferKind, uniqueKey: string): Statement {
  return {
    sql: `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE tenant_id = ?1 AND name = ?2
      AND unique_key = ?3 AND state IN ('queued', 'running'))`,
    params: [tenantId, name, uniqueKey],
  }
}

/** A row while fewer jobs of the kind than `most` were made since an id; of the key alone, if any. */
export function isWithinLimit(
  { tenantId, name }: TransferKind,
  uniqueKey: string | null,
  since: string,
  most: number,
): Statement {
  return {
    sql: `SELECT 1 WHERE (SELECT count(*) FROM jobs WHERE tenant_id = ?1 AND name = ?2
      AND id > ?4 AND (?3 IS NULL OR unique_key = ?3)) < ?5`,
    params: [tenantId, name, uniqueKey, since, most],
  }
}

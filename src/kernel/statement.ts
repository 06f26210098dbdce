import { type AnyColumn, type SQL, type Query as SqlQuery, Placeholder, is, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/sqlite-proxy'

/** A value that both D1 and libSQL bind alike. */
export type SqlValue = string | number | null

/** SQL text with its bound values, ready for a driver. */
export interface Statement {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

/** A statement whose result rows have the type `Row`. `_row` exists in the type only. */
export interface Query<Row> extends Statement {
  readonly _row?: Row
}

/** Drizzle without a connection: it builds SQL and never runs any. */
export const builder = drizzle(() => Promise.reject(new Error('the builder runs nothing')))

interface Buildable {
  toSQL(): SqlQuery
}

/** The row type of a builder: an array of rows when it selects or returns. */
type RowOf<B> =
  B extends PromiseLike<infer Rows> ? (Rows extends readonly (infer Row)[] ? Row : never) : never

/** Names a value that is bound on each call. */
export type Bind = (name: string) => SQL

const bind: Bind = (name) => sql`${sql.placeholder(name)}`

/**
 * Builds a statement once and binds values on each call.
 *
 * The first call in an isolate builds; the later ones only copy values. Throws when a value is
 * missing, so that a forgotten tenant never reaches the database.
 */
export function prepare<B extends Buildable>(build: (bind: Bind) => B) {
  let template: SqlQuery | undefined
  return (values: Readonly<Record<string, SqlValue>>): Query<RowOf<B>> => {
    template ??= build(bind).toSQL()
    return { sql: template.sql, params: fill(template.params, values) }
  }
}

/**
 * As `prepare`, for a statement with few shapes (optional filters, directions): each shape is built
 * once. The shape must come from code, never from input as it is.
 */
export function prepareEach<Shape, B extends Buildable>(build: (shape: Shape, bind: Bind) => B) {
  const byShape = new Map<string, ReturnType<typeof prepare<B>>>()
  return (shape: Shape, values: Readonly<Record<string, SqlValue>>): Query<RowOf<B>> => {
    const key = JSON.stringify(shape)
    let prepared = byShape.get(key)
    if (!prepared) {
      prepared = prepare((bind) => build(shape, bind))
      byShape.set(key, prepared)
    }
    return prepared(values)
  }
}

/** Selects columns under the keys of the record, so that joined tables never collide. */
export function columns<C extends Record<string, AnyColumn | SQL.Aliased>>(selection: C) {
  const aliased: Record<string, SQL.Aliased> = {}
  for (const [key, column] of Object.entries(selection)) {
    aliased[key] = 'fieldAlias' in column ? column : sql`${column}`.as(key)
  }
  return aliased as {
    // -- the loop keeps each key with its column's type
    [K in keyof C]: SQL.Aliased<C[K] extends AnyColumn ? ColumnValue<C[K]> : AliasedValue<C[K]>>
  }
}

type ColumnValue<C extends AnyColumn> = C['_']['notNull'] extends true
  ? C['_']['data']
  : C['_']['data'] | null
type AliasedValue<A> = A extends SQL.Aliased<infer T> ? T : never

function fill(params: readonly unknown[], values: Readonly<Record<string, SqlValue>>): SqlValue[] {
  return params.map((param) => {
    const value = is(param, Placeholder) ? values[param.name] : param
    if (value === null || typeof value === 'string' || typeof value === 'number') return value
    if (typeof value === 'boolean') return value ? 1 : 0
    const name = is(param, Placeholder) ? ` as "${param.name}"` : ''
    throw new TypeError(`a value of the type ${typeof value} cannot be bound${name}`)
  })
}

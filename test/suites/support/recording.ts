/** A statement as it was sent to the database. */
export interface RecordedStatement {
  readonly sql: string
  readonly params: readonly unknown[]
}

/** The database with a note of every statement that is prepared on it, by its text. */
export function recordingDatabase(database: D1Database): {
  readonly database: D1Database
  readonly statements: ReadonlyMap<string, RecordedStatement[]>
} {
  const statements = new Map<string, RecordedStatement[]>()
  const note = (statement: RecordedStatement): void => {
    statements.set(statement.sql, [...(statements.get(statement.sql) ?? []), statement])
  }
  const prepare = (sql: string): D1PreparedStatement => {
    const prepared = database.prepare(sql)
    const bind = prepared.bind.bind(prepared)
    if (!sql.includes('?')) note({ sql, params: [] })
    prepared.bind = (...params: unknown[]) => {
      note({ sql, params })
      return bind(...params)
    }
    return prepared
  }
  const proxy = new Proxy(database, {
    get(target, name) {
      if (name === 'prepare') return prepare
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { database: proxy, statements }
}

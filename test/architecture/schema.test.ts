import { foreignKey, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import {
  type TableShape,
  driftFindings,
  shapeOfTable,
  tenantLedFindings,
} from '../../scripts/check/schema.ts'

const users = sqliteTable(
  'users',
  { tenantId: text('tenant_id').notNull(), id: text('id').notNull() },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)

const posts = sqliteTable(
  'posts',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id'),
    position: integer('position').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('posts_by_user').on(table.tenantId, table.userId),
    foreignKey({
      columns: [table.tenantId, table.userId],
      foreignColumns: [users.tenantId, users.id],
    }),
  ],
)

const declared = [shapeOfTable(users, 'blog'), shapeOfTable(posts, 'blog')]

/** The declared tables as an engine would have them, one of them changed. */
const database = (change: Partial<TableShape> = {}): TableShape[] =>
  declared.map(({ module: _, ...table }) =>
    table.name === 'posts' ? { ...table, ...change } : table,
  )

const whats = (change: Partial<TableShape>) =>
  driftFindings(database(change), declared).map(({ what }) => what)

describe('drift between migrations and tables.ts', () => {
  it('is none when they say the same', () => {
    expect(driftFindings(database(), declared)).toEqual([])
  })

  it('is found in columns, indexes and foreign keys', () => {
    const columns = declared[1]?.columns ?? []
    expect(whats({ columns: [...columns, 'title TEXT'] })).toEqual([
      'has the column title TEXT in the migrations only',
    ])
    expect(whats({ columns: columns.slice(1) })).toEqual([
      'has the column tenant_id TEXT KEY 1 in tables.ts only',
    ])
    expect(whats({ indexes: [] })).toEqual([
      'has the index posts_by_user (tenant_id, user_id) in tables.ts only',
    ])
    expect(whats({ foreignKeys: [] })).toHaveLength(1)
  })

  it('is found in whole tables', () => {
    expect(driftFindings(database().slice(0, 1), declared)).toHaveLength(1)
    expect(driftFindings(database(), declared.slice(0, 1))).toHaveLength(1)
  })

  it('is none for a reference to the table of another module', () => {
    const other = [shapeOfTable(users, 'auth'), { ...shapeOfTable(posts, 'blog'), foreignKeys: [] }]
    expect(driftFindings(database(), other)).toEqual([])
  })
})

describe('keys of tenants’ tables', () => {
  it('begin with the tenant', () => {
    expect(tenantLedFindings(database())).toEqual([])
  })

  it('are found when they do not', () => {
    const byUser = { name: 'posts_by_user', columns: ['user_id'], unique: false, partial: false }
    expect(tenantLedFindings(database({ indexes: [byUser] }))).toHaveLength(1)
    const columns = ['id TEXT KEY 1', 'tenant_id TEXT NOT NULL']
    expect(tenantLedFindings(database({ columns }))).toHaveLength(1)
    const reference = {
      columns: ['user_id'],
      table: 'users',
      foreignColumns: ['id'],
      onDelete: 'NO ACTION',
    }
    expect(tenantLedFindings(database({ foreignKeys: [reference] }))).toHaveLength(1)
  })
})

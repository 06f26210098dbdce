import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
} from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import { checksOf, indexPartsOf } from '../../scripts/check/ddl.ts'
import { driftFindings } from '../../scripts/check/drift.ts'
import { type TableShape, shapeOfTable } from '../../scripts/check/schema.ts'
import { tenantLedFindings } from '../../scripts/check/tenant-led.ts'

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
    state: text('state', { enum: ['draft', 'published'] }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    check('posts_position', sql`${table.position} >= 0`),
    index('posts_by_user').on(table.tenantId, table.userId),
    index('posts_by_name')
      .on(table.tenantId, sql`lower(${table.id})`)
      .where(sql`${table.state} = 'published'`),
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
      "has the index posts_by_name PARTIAL (tenant_id, lower(id)) WHERE state='published' in tables.ts only",
    ])
    expect(whats({ foreignKeys: [] })).toHaveLength(1)
  })

  it('is found in expressions and conditions of indexes', () => {
    const [byUser, byName] = declared[1]?.indexes ?? []
    if (!byUser || !byName) throw new Error('the indexes are gone')
    expect(whats({ indexes: [byUser, { ...byName, columns: ['tenant_id', 'id'] }] })).toHaveLength(
      2,
    )
    expect(whats({ indexes: [byUser, { ...byName, where: "state='draft'" }] })).toHaveLength(2)
    expect(whats({ indexes: [byUser, { ...byName, where: undefined }] })).toHaveLength(2)
  })

  it('is found in checks, of which an enum tells one', () => {
    expect(whats({ checks: ["state in('draft','published','archived')", 'position>=0'] })).toEqual([
      "has the check state in('draft','published','archived') in the migrations only",
      "has the check state in('draft','published') in tables.ts only",
    ])
    expect(whats({ checks: ["state in('draft','published')"] })).toEqual([
      'has the check position>=0 in tables.ts only',
    ])
  })

  it('is found in every trigger that nobody gave a reason for', () => {
    expect(whats({ triggers: ['posts_are_kept'] })).toEqual(['has the trigger posts_are_kept'])
    const [log] = declared
    if (!log) throw new Error('the table is gone')
    const told = [{ ...log, name: 'audit_log' }]
    const triggers = ['audit_log_is_final', 'audit_log_is_kept']
    expect(driftFindings([{ ...log, name: 'audit_log', triggers }], told)).toEqual([])
    expect(driftFindings(told, told)).toHaveLength(2)
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

describe('what an engine answers about a table and an index', () => {
  it('is read without comments, quotes of names and the name of the table', () => {
    const table = `CREATE TABLE "posts" (
      state TEXT NOT NULL CHECK ( state IN ('Draft', 'it''s (x)') ), -- CHECK (a = 1)
      bytes INTEGER CONSTRAINT some CHECK ((posts.bytes >= 0)))`
    expect(checksOf(table, 'posts')).toEqual(["state in('Draft','it''s (x)')", 'bytes>=0'])
  })

  it('is read with expressions and conditions', () => {
    const sql = `CREATE INDEX a ON posts (tenant_id, coalesce(x, 'a,b'), "id" DESC)
      WHERE (state = 'Draft')`
    expect(indexPartsOf(sql, 'posts')).toEqual({
      columns: ['tenant_id', "coalesce(x,'a,b')", 'id desc'],
      where: "state='Draft'",
    })
    expect(indexPartsOf('', 'posts')).toBeUndefined()
  })
})

describe('keys of tenants’ tables', () => {
  it('begin with the tenant', () => {
    expect(tenantLedFindings(database())).toEqual([])
  })

  it('are found when they do not', () => {
    const byUser = { name: 'posts_by_user', columns: ['user_id'], unique: false, where: undefined }
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

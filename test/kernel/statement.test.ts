import { and, eq, sql } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import { builder, columns, prepare, prepareEach } from '../../src/kernel/statement.ts'

const notes = sqliteTable('notes', {
  tenantId: text('tenant_id').notNull(),
  id: text('id').notNull(),
  isPinned: integer('is_pinned', { mode: 'boolean' }),
})

const findNote = prepare((bind) =>
  builder
    .select(columns({ id: notes.id }))
    .from(notes)
    .where(and(eq(notes.tenantId, bind('tenantId')), eq(notes.id, bind('id')))),
)

describe('a prepared statement', () => {
  it('binds the values of each call to the same text', () => {
    const one = findNote({ tenantId: 'a', id: '1' })
    const other = findNote({ id: '2', tenantId: 'b' })
    expect(one).toEqual({
      sql: 'select "id" as "id" from "notes" where ("notes"."tenant_id" = ? and "notes"."id" = ?)',
      params: ['a', '1'],
    })
    expect(other.sql).toBe(one.sql)
    expect(other.params).toEqual(['b', '2'])
  })

  it('never holds a value in its text', () => {
    const { sql: text } = findNote({ tenantId: "'; DROP TABLE notes; --", id: '1' })
    expect(text).not.toContain('DROP')
  })

  it('is refused without one of its values, so that no tenant is ever forgotten', () => {
    expect(() => findNote({ id: '1' })).toThrow('tenantId')
  })

  it('is built once', () => {
    let built = 0
    const count = prepare((bind) => {
      built += 1
      return builder
        .select(columns({ id: notes.id }))
        .from(notes)
        .where(eq(notes.id, bind('id')))
    })
    count({ id: '1' })
    count({ id: '2' })
    expect(built).toBe(1)
  })

  it('has 1 and 0 for truth, null for nothing, and refuses what engines bind differently', () => {
    const insert = prepare((bind) =>
      builder.insert(notes).values({ tenantId: bind('t'), id: bind('id'), isPinned: true }),
    )
    expect(insert({ t: 'a', id: null }).params).toEqual(['a', null, 1])
    const big = prepare(() =>
      builder
        .select(columns({ id: notes.id }))
        .from(notes)
        .where(sql`${notes.id} = ${1n}`),
    )
    expect(() => big({})).toThrow('a value of the type bigint cannot be bound')
  })
})

describe('a statement with shapes', () => {
  const find = prepareEach((shape: { readonly pinned: boolean }, bind) =>
    builder
      .select(columns({ id: notes.id }))
      .from(notes)
      .where(
        and(
          eq(notes.tenantId, bind('tenantId')),
          shape.pinned ? eq(notes.isPinned, true) : undefined,
        ),
      ),
  )

  it('has a text of its own for each shape', () => {
    const all = find({ pinned: false }, { tenantId: 'a' })
    const pinned = find({ pinned: true }, { tenantId: 'b' })
    expect(all.sql).not.toContain('is_pinned')
    expect(pinned.sql).toContain('is_pinned')
    expect(pinned.params).toEqual(['b', 1])
    expect(find({ pinned: false }, { tenantId: 'c' })).toEqual({ sql: all.sql, params: ['c'] })
  })
})

describe('selected columns', () => {
  it('have the names of the record, so that joined tables do not collide', () => {
    const other = sqliteTable('other', { id: text('id').notNull() })
    const joined = builder
      .select(columns({ noteId: notes.id, otherId: other.id }))
      .from(notes)
      .innerJoin(other, eq(other.id, notes.id))
      .toSQL()
    expect(joined.sql).toContain('"notes"."id" as "noteId", "other"."id" as "otherId"')
  })
})

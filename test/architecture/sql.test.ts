import { describe, expect, it } from 'vitest'
import { sqlFindings } from '../../scripts/check/sql.ts'

const whats = (path: string, text: string) => sqlFindings([{ path, text }]).map(({ what }) => what)

const REPO = 'src/modules/blog/posts/repo.ts'
const SERVICE = 'src/modules/blog/service/read.ts'

describe('SQL outside of repo.ts', () => {
  it.each([
    `const a = 'SELECT id FROM posts'`,
    `const a = 'select id from posts'`,
    'const a = `INSERT INTO posts (id) VALUES (?)`',
    `const a = 'UPDATE posts SET title = ?'`,
    `const a = 'DELETE FROM posts'`,
    `const a = 'WITH old AS (SELECT 1)'`,
    `const a = 'DROP TABLE posts'`,
    'const a = sql`SELECT 1 AS one`',
    `const a = '-- the newest\\nSELECT id FROM posts'`,
    `const a = '/* the newest */ SELECT id FROM posts'`,
    `const a = 'WITH RECURSIVE old(id) AS (SELECT 1)'`,
    `const a = 'WITH old AS NOT MATERIALIZED (SELECT 1)'`,
    `const a = 'UPDATE OR IGNORE posts SET title = ?'`,
    `const a = 'INSERT OR REPLACE INTO posts (id) VALUES (?)'`,
    `const a = 'SELECT id ' + 'FROM posts'`,
    `const a = ['select id', 'from posts'].join(' ')`,
    `const a = ['delete', 'from', 'posts'].join(' ')`,
    `const a = 'select id '.concat('from posts')`,
    `let a = 'select id'; a += ' from posts'`,
    `let a = ''; a += 'delete from'; a += ' posts'`,
    `const a = 'select id ?'.replace('?', 'from posts')`,
    `const head = 'select id'; const a = head + ' FROM posts'`,
    `const head = ''; head.concat(' UPDATE posts SET title = ?')`,
    `parts.push('FROM posts')`,
  ])('is found: %s', (text) => {
    expect(whats(SERVICE, text)).toEqual(['holds SQL'])
    expect(whats(REPO, text)).toEqual([])
  })

  it.each([
    `const a = 'Update the post'`,
    `const a = 'Delete a draft or an archived post'`,
    `const a = 'Selects nothing'`,
    `const a = '-- With what is left'`,
    `const a = ['Choose', 'one'].join(' or ')`,
    `let a = 'Select one'; a += ' or more'`,
    `const a = method === 'DELETE'`,
    `// SELECT id FROM posts`,
  ])('is told from prose: %s', (text) => {
    expect(whats(SERVICE, text)).toEqual([])
  })
})

describe('SQL that is put together', () => {
  it('is found when a template holds anything but constants', () => {
    expect(whats(REPO, 'const a = `SELECT id FROM ${table} WHERE id = ?`')).toEqual([
      'puts `table` into SQL',
    ])
  })

  it.each([
    ['const a = `ORDER BY ${column}`', 'column'],
    ['const a = `AND (${condition})`', 'condition'],
    [`const a = 'SELECT id FROM ' + table`, 'table'],
    [`const a = 'SELECT id FROM posts' + (isLast ? '' : order)`, `(isLast ? '' : order)`],
    [`const a = head + ' ORDER BY ' + 'id'`, 'head'],
    [`const a = ['SELECT id FROM', table].join(' ')`, 'table'],
    [`const a = ['SELECT', ...columns, 'FROM posts'].join(' ')`, '...columns'],
    [`const a = conditions.join(' AND ')`, 'conditions'],
    [`const a = 'SELECT id FROM '.concat(table)`, 'table'],
    [`let a = 'SELECT id FROM posts'; a += where`, 'where'],
    [`query.sql += 'ORDER BY id'`, 'query.sql'],
    [`const a = 'SELECT id FROM ?'.replace('?', table)`, 'table'],
    ['const a = String.raw`SELECT id FROM ${table}`', 'table'],
    ['const f = (ORDER) => { const C = ORDER; return `SELECT id FROM posts ${C}` }', 'C'],
  ])('is found in a part and in a sum: %s', (text, part) => {
    expect(whats(REPO, text)).toEqual([`puts \`${part}\` into SQL`])
  })

  it.each([
    "const COLUMNS = 'id, title'; const a = `SELECT ${COLUMNS} FROM posts`",
    "const A = 'id'; export const B = `${A}, title`; const a = 'SELECT ' + B + ' FROM posts'",
    'const key = `session:${id}`',
    "const message = 'no such row: ' + id",
  ])('may be of constants: %s', (text) => {
    expect(whats(REPO, text)).toEqual([])
  })

  it('may bind values by the tag of Drizzle', () => {
    expect(whats(REPO, 'const a = sql`SELECT id FROM posts WHERE id = ${id}`')).toEqual([])
  })

  it('is found when it is raw', () => {
    expect(whats(REPO, 'const a = sql.raw(order)')).toEqual(['calls sql.raw'])
  })

  it.each([
    `const a = sql['raw'](order)`,
    'const raw = sql.raw',
    'const { raw } = sql',
    `import { sql as q } from 'drizzle-orm'; q.raw(order)`,
    `import * as orm from 'drizzle-orm'; orm.sql.raw(order)`,
    'const q = sql; q.raw(order)',
    'sql.raw.call(sql, order)',
  ])('is found when it is raw under another name: %s', (text) => {
    expect(whats(REPO, text)).toEqual([expect.stringMatching(/^(calls|names|takes) sql\.raw$/)])
  })

  it('is found when an exception is no longer needed', () => {
    expect(whats('src/app/health.ts', 'const a = 1')).toEqual([
      'has an exception that it does not need: holds SQL',
    ])
  })
})

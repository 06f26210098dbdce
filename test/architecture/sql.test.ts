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
  ])('is found: %s', (text) => {
    expect(whats(SERVICE, text)).toEqual(['holds SQL'])
    expect(whats(REPO, text)).toEqual([])
  })

  it.each([
    `const a = 'Update the post'`,
    `const a = 'Delete a draft or an archived post'`,
    `const a = 'Selects nothing'`,
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

  it('may bind values by the tag of Drizzle', () => {
    expect(whats(REPO, 'const a = sql`SELECT id FROM posts WHERE id = ${id}`')).toEqual([])
  })

  it('is found when it is raw', () => {
    expect(whats(REPO, 'const a = sql.raw(order)')).toEqual(['calls sql.raw'])
  })

  it('is found when an exception is no longer needed', () => {
    expect(whats('src/app/health.ts', 'const a = 1')).toEqual([
      'has an exception that it does not need: holds SQL',
    ])
  })
})

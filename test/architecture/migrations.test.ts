import { describe, expect, it } from 'vitest'
import { migrationFindings, releaseAll } from '../../scripts/check/migrations.ts'

const STRICT = 'CREATE TABLE posts (\n  id TEXT PRIMARY KEY\n) STRICT;\n'

const file = (name: string, text = STRICT) => ({ path: `migrations/${name}`, text })

const whats = (files: { path: string; text: string }[], released = {}) =>
  migrationFindings(files, released).map(({ where, what }) => `${where} ${what}`)

describe('migrations', () => {
  it('are numbered without gaps', () => {
    expect(whats([file('0001_a.sql'), file('0002_b.sql'), file('released.json', '{}')])).toEqual([])
    expect(whats([file('0001_a.sql'), file('0003_b.sql')])).toHaveLength(1)
    expect(whats([file('0001_a.sql'), file('0001_b.sql')])).toHaveLength(1)
    expect(whats([file('0001-a.sql')])).toHaveLength(1)
  })

  it('never change after their release', () => {
    const files = [file('0001_a.sql'), file('0002_b.sql')]
    const released = releaseAll(files)
    expect(whats(files, released)).toEqual([])
    expect(whats([file('0001_a.sql', `${STRICT} `), file('0002_b.sql')], released)).toEqual([
      'migrations/0001_a.sql was changed after its release',
    ])
    expect(whats([file('0001_a.sql')], released)).toEqual([
      'migrations/0002_b.sql was removed after its release',
    ])
  })

  it('come after the released ones', () => {
    const released = releaseAll([file('0002_b.sql')])
    const early = [file('0001_a.sql'), file('0002_b.sql')]
    expect(whats(early, released)).toEqual(['migrations/0001_a.sql stands before a released one'])
  })

  it.each([
    ['BEGIN;', 'controls a transaction'],
    ['COMMIT;', 'controls a transaction'],
    ['PRAGMA foreign_keys = off;', 'uses a PRAGMA'],
    ['VACUUM;', 'uses what D1 refuses'],
    ['CREATE TABLE posts (id TEXT);', 'creates a table that is not STRICT'],
  ])('%s is found', (sql, what) => {
    expect(whats([file('0001_a.sql', sql)])).toEqual([`migrations/0001_a.sql:1 ${what}`])
    expect(whats([file('0001_a.sql', `-- ${sql}\n`)])).toEqual([])
  })

  it('drop no table that another refers to', () => {
    const child = 'CREATE TABLE tags (post TEXT REFERENCES posts (id)) STRICT;'
    const drop = file('0003_c.sql', 'DROP TABLE posts;')
    expect(whats([file('0001_a.sql'), file('0002_b.sql', child), drop])).toEqual([
      'migrations/0003_c.sql:1 drops a referenced table',
    ])
    expect(whats([file('0001_a.sql'), { ...drop, path: 'migrations/0002_c.sql' }])).toEqual([])
  })
})

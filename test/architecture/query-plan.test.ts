import { describe, expect, it } from 'vitest'
import { planFindings } from '../../scripts/check/query-plan.ts'

const table = (name: string, ...columns: string[]) => ({
  name,
  columns,
  indexes: [],
  foreignKeys: [],
  checks: [],
  triggers: [],
})
const tables = [
  table('users', 'tenant_id TEXT KEY 1', 'id TEXT KEY 2'),
  table('tenants', 'id TEXT KEY 1'),
]

const whats = (sql: string, ...plan: string[]) =>
  planFindings([{ sql, plan }], tables)
    .map(({ what }) => what)
    .filter((what) => !what.startsWith('has an exception'))

describe('the plans of statements', () => {
  it('may search by an index that begins with the tenant', () => {
    expect(
      whats(
        'SELECT u.id FROM users u WHERE u.tenant_id = ? AND u.id = ?',
        'SEARCH u USING PRIMARY KEY (tenant_id=? AND id=?)',
      ),
    ).toEqual([])
  })

  it('may not scan a table, by whatever name', () => {
    expect(whats('SELECT id FROM users', 'SCAN users')).toEqual(['is scanned from end to end'])
    expect(whats('SELECT u.id FROM users u', 'SCAN u USING COVERING INDEX x')).toHaveLength(1)
    expect(whats('SELECT value FROM json_each(?) j', 'SCAN j VIRTUAL TABLE INDEX 1:')).toEqual([])
  })

  it('may not search by anything but the tenant first', () => {
    expect(whats('SELECT id FROM users WHERE id = ?', 'SEARCH users USING INDEX i (id=?)')).toEqual(
      ['is searched by (id=?)'],
    )
    expect(
      whats('SELECT 1 FROM tenants WHERE id = ?', 'SEARCH tenants USING INDEX i (id=?)'),
    ).toEqual([])
    expect(
      whats('SELECT 1 FROM tenants WHERE name = ?', 'SEARCH tenants USING INDEX i (name=?)'),
    ).toEqual(['is searched by (name=?)'])
  })

  it('may not read all rows of a tenant, unless by pages in the order of an index', () => {
    const search = 'SEARCH users USING PRIMARY KEY (tenant_id=?)'
    const select = 'SELECT id FROM users WHERE tenant_id = ?'
    expect(whats(select, search)).toEqual(['is read for all of the tenant'])
    expect(whats(`${select} LIMIT 20`, search)).toEqual([])
    expect(whats(`${select} LIMIT 20`, 'SEARCH other USING x (a=?)', search)).toHaveLength(1)
  })

  it('may take the rows of a tenant away by pages, and its own at the end', () => {
    const search = 'SEARCH users USING PRIMARY KEY (tenant_id=?)'
    const outer = 'SEARCH users USING PRIMARY KEY (tenant_id=? AND id=?)'
    const page = (limit: string) =>
      `DELETE FROM users WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM users WHERE tenant_id = ?${limit})`
    expect(whats(page(' LIMIT 9'), outer, search)).toEqual([])
    expect(whats(page(''), outer, search)).toEqual(['is read for all of the tenant'])
    const end = 'SEARCH tenants USING INDEX i (id=?)'
    expect(whats('DELETE FROM tenants WHERE id = ?', end, search)).toEqual([])
  })

  it('may not sort', () => {
    expect(
      whats(
        'SELECT id FROM users WHERE tenant_id = ? AND id > ? ORDER BY name LIMIT 20',
        'SEARCH users USING PRIMARY KEY (tenant_id=? AND id>?)',
        'USE TEMP B-TREE FOR ORDER BY',
      ),
    ).toEqual(['is sorted by select users'])
  })

  it('reads bounds of pairs', () => {
    expect(
      whats(
        'SELECT id FROM users WHERE tenant_id = ? AND (at, id) < (?, ?) LIMIT 2',
        'SEARCH users USING INDEX i (tenant_id=? AND (at,id)<(?,?))',
      ),
    ).toEqual([])
  })

  it('may not insert without the tenant', () => {
    expect(whats('INSERT INTO users (id, name) VALUES (?, ?)')).toEqual([
      'is given a row without a tenant',
    ])
    expect(whats('insert into "users" ("tenant_id", "id") values (?, ?)')).toEqual([])
  })
})

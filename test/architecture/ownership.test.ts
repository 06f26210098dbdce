import { describe, expect, it } from 'vitest'
import { ownershipFindings } from '../../scripts/check/ownership.ts'

const tables = [
  { path: 'src/modules/shop/tables.ts', text: `export const a = sqliteTable('carts', {})` },
  { path: 'src/modules/shop/orders/tables.ts', text: `const b = sqliteTable(\n  'orders', {})` },
  { path: 'src/modules/forum/tables.ts', text: `export const c = sqliteTable('topics', {})` },
  { path: 'src/modules/commit/tables.ts', text: `const d = sqliteTable('commit_guards', {})` },
]

const whats = (module: string, sql: string) =>
  ownershipFindings([
    ...tables,
    { path: `src/modules/${module}/repo.ts`, text: `const a = ${JSON.stringify(sql)}` },
  ]).map(({ where, what }) => `${where} ${what}`)

describe('tables of other modules', () => {
  it.each([
    ['SELECT id FROM carts', 'reads carts'],
    ['SELECT 1 WHERE EXISTS (SELECT 1 FROM orders o)', 'reads orders'],
    ['SELECT t.id FROM topics t JOIN orders o ON o.id = t.id', 'reads orders'],
    ['SELECT t.id FROM topics t, carts AS c', 'reads carts'],
    ['AND EXISTS (SELECT 1 FROM\n  carts)', 'reads carts'],
    ['INSERT INTO orders (id) VALUES (?1)', 'writes orders'],
    ['INSERT OR IGNORE INTO orders (id) SELECT id FROM topics', 'writes orders'],
    ['UPDATE orders SET state = ?1', 'writes orders'],
    ['UPDATE OR IGNORE "orders" SET state = ?1', 'writes orders'],
    ['DELETE FROM carts WHERE id = ?1', 'writes carts'],
  ])('are found in %s', (sql, what) => {
    expect(whats('forum', sql)).toEqual([`src/modules/forum ${what}`])
    expect(whats('shop', sql)).not.toContain(`src/modules/shop ${what}`)
  })

  it.each([
    'SELECT id AS carts FROM topics',
    'WITH found AS (SELECT id FROM topics) SELECT id FROM found',
    'INSERT INTO commit_guards (row_found) VALUES (0)',
    'SELECT value FROM json_each(?1)',
  ])('are told from what is one’s own or everybody’s: %s', (sql) => {
    expect(whats('forum', sql)).toEqual([])
  })

  it('are found where a reason is no longer needed', () => {
    expect(whats('mail', 'SELECT 1')).toEqual([
      'src/modules/mail has an exception that it does not need: reads jobs',
    ])
  })
})

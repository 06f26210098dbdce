import { beforeAll, describe, expect, it } from 'vitest'
import type { Query } from '../../src/kernel/statement.ts'
import { DatabaseError, type Row, type SqlDriver } from '../../src/ports/database.ts'
import {
  AUDIT_KEY,
  audit,
  audited,
  failureOf,
  guard,
  newId,
  query,
  statement,
  tenant,
} from './database-statements.ts'

/** The promises of one batch of a driver. */
export function batchContract(openDriver: () => SqlDriver): void {
  let driver: SqlDriver
  beforeAll(() => {
    driver = openDriver()
  })
  const rowsOf = async (wanted: Query<Row>) => (await driver.batch([wanted], 'read'))[0]?.rows

  describe('a batch', () => {
    it('writes all of its statements or none', async () => {
      const tenantId = newId()
      const broken = [audit(tenantId, 'a'), audit(tenantId, 'b'), audit(tenantId, 'b')]
      await expect(driver.batch(broken, 'write')).rejects.toBeInstanceOf(DatabaseError)
      expect(await rowsOf(audited(tenantId))).toEqual([])
      await driver.batch([audit(tenantId, 'a'), audit(tenantId, 'b')], 'write')
      expect(await rowsOf(audited(tenantId))).toEqual([{ id: 'a' }, { id: 'b' }])
    })

    it('answers each statement in order, with the rows of RETURNING', async () => {
      const tenantId = newId()
      const { sql, params } = audit(tenantId, 'a')
      const results = await driver.batch(
        [
          { sql: `${sql} RETURNING id, occurred_at`, params },
          statement('UPDATE audit_log SET action = ? WHERE tenant_id = ?', 'changed', tenantId),
          query('SELECT action, client_address FROM audit_log WHERE tenant_id = ?', tenantId),
        ],
        'write',
      )
      expect(results.map(({ rows }) => rows)).toEqual([
        [{ id: 'a', occurred_at: 1 }],
        [],
        [{ action: 'changed', client_address: null }],
      ])
    })

    it('takes a list of thousands as one JSON parameter', async () => {
      const tenantId = newId()
      const list = JSON.stringify(Array.from({ length: 5_000 }, (_, index) => `id-${index}`))
      const results = await driver.batch(
        [
          statement(
            `INSERT INTO audit_log (tenant_id, id, occurred_at, actor_kind, action, target_type, target_id, request_id)
              SELECT ?1, value, key, 'system', 'test', 'test', 'test', 'test' FROM json_each(?2)`,
            tenantId,
            list,
          ),
          query(
            `SELECT count(*) AS n, max(occurred_at) AS last FROM audit_log
              WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
            tenantId,
            list,
          ),
        ],
        'write',
      )
      expect(results[1]?.rows).toEqual([{ n: 5_000, last: 4_999 }])
    })

    it('keeps texts of any script, whole numbers up to 2^53 and fractions as they are', async () => {
      const texts = ['', 'é', '\u{1f6d2}', 'ключ', `a'b"c`, 'two\nlines']
      const values = [...texts, 0, -1, 2 ** 53 - 1, 1 - 2 ** 53, 0.5, null]
      const columns = values.map((_, index) => `? AS c${index}`).join()
      const [row = {}] = (await rowsOf(query(`SELECT ${columns}`, ...values))) ?? []
      expect(Object.values(row)).toEqual(values)
    })

    it('counts the rows that were read and written', async () => {
      const tenantId = newId()
      const [write] = await driver.batch([audit(tenantId, 'a')], 'write')
      const [, read] = await driver.batch([query('SELECT 1 AS one'), audited(tenantId)], 'read')
      expect(write?.rowsWritten).toBeGreaterThanOrEqual(1)
      expect(read?.rowsRead).toBeGreaterThanOrEqual(1)
      expect(read?.rowsWritten).toBe(0)
    })

    it('lets one of twenty writers of the same version through', async () => {
      const tenantId = newId()
      await driver.batch([tenant(tenantId, newId())], 'write')
      const advance = () =>
        driver.batch(
          [
            statement('UPDATE tenants SET version = 2 WHERE id = ? AND version = 1', tenantId),
            guard('version_matches'),
          ],
          'write',
        )
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, advance))
      const failures = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason.failure.name] : [],
      )
      expect(failures).toEqual(Array.from({ length: 19 }, () => 'version_matches'))
    })
  })

  describe('a refused batch', () => {
    const rules =
      'session_alive tenant_current version_matches row_found state_allows reference_exists unused last_one_stays'

    it.each(rules.split(' '))('names the guard %s and writes nothing', async (rule) => {
      const tenantId = newId()
      const touchNobody = statement('UPDATE audit_log SET action = ? WHERE tenant_id = ?', 'x', '')
      const batch = driver.batch([audit(tenantId, 'a'), touchNobody, guard(rule)], 'write')
      expect(await failureOf(batch)).toEqual({ kind: 'constraint', type: 'check', name: rule })
      expect(await rowsOf(audited(tenantId))).toEqual([])
    })

    it('is not refused by the guard of a statement that has changed a row', async () => {
      const tenantId = newId()
      const touch = statement('UPDATE audit_log SET action = ? WHERE tenant_id = ?', 'x', tenantId)
      await driver.batch([audit(tenantId, 'a'), touch, guard('version_matches')], 'write')
      expect(await rowsOf(audited(tenantId))).toEqual([{ id: 'a' }])
    })

    it('names a primary key, a unique column and a unique index by their columns', async () => {
      const [tenantId, slug] = [newId(), newId()]
      await driver.batch([audit(tenantId, 'a'), tenant(tenantId, slug)], 'write')
      const isTaken = (name: string) => ({ kind: 'constraint', type: 'unique', name })
      const again = driver.batch([audit(tenantId, 'a')], 'write')
      expect(await failureOf(again)).toEqual(isTaken(AUDIT_KEY))
      const twin = driver.batch([tenant(newId(), slug)], 'write')
      expect(await failureOf(twin)).toEqual(isTaken('tenants.slug'))
      const verified = (id: string) =>
        statement(
          `INSERT INTO tenant_domains (tenant_id, host, verification_token, verified_at, created_at)
            VALUES (?, ?, 'x', 1, 1)`,
          id,
          `${slug}.example`,
        )
      const other = newId()
      await driver.batch([tenant(other, newId()), verified(tenantId)], 'write')
      const hijack = driver.batch([verified(other)], 'write')
      expect(await failureOf(hijack)).toEqual(isTaken('tenant_domains.host'))
    })

    it('tells a foreign key, which no engine names', async () => {
      const orphan = statement(
        'INSERT INTO tenant_origins (tenant_id, origin, created_at) VALUES (?, ?, 1)',
        newId(),
        'https://example.com',
      )
      expect(await failureOf(driver.batch([orphan], 'write'))).toEqual({
        kind: 'constraint',
        type: 'foreign_key',
        name: '',
      })
    })

    it('names the column of a missing value', async () => {
      expect(await failureOf(driver.batch([tenant(newId(), null)], 'write'))).toEqual({
        kind: 'constraint',
        type: 'other',
        name: 'tenants.slug',
      })
    })

    it('is a fault of ours when the SQL is wrong, and tells neither SQL nor values', async () => {
      const wrong = query('SELECT nothing FROM nowhere WHERE a = ?', 'secret')
      const error = await driver.batch([wrong], 'read').catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ failure: { kind: 'fatal' }, message: 'database: fatal' })
    })
  })
}

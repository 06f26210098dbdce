import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/adapters/database/request-database.ts'
import type { Gate, SqlDriver } from '../../src/ports/database.ts'
import { type Fault, createFaultyDriver, onCall } from '../support/faulty-driver.ts'
import {
  AUDIT_KEY,
  audit,
  audited,
  failureOf,
  newId,
  query,
  statement,
  tenant,
} from './database-statements.ts'

interface Options {
  readonly gates?: Gate[]
  readonly retries?: number
  readonly timeoutMilliseconds?: number
}

/** The promises of a request's database: coalescing, gates, retries and what they cost. */
export function requestContract(openDriver: () => SqlDriver): void {
  const open = (options: Options = {}) => {
    const driver = createFaultyDriver(openDriver())
    const standard = { timeoutMilliseconds: 5_000, retries: 2, random: () => 0 }
    return { driver, db: openDatabase(driver, { ...standard, ...options }) }
  }
  coalescing(open)
  gates(open)
  faults(open)
}

type Open = (options?: Options) => {
  readonly driver: ReturnType<typeof createFaultyDriver>
  readonly db: ReturnType<typeof openDatabase>
}

function coalescing(open: Open): void {
  describe('reads', () => {
    it('of one tick leave as one batch and cost one round trip', async () => {
      const { db, driver } = open()
      const numbers = Array.from({ length: 30 }, (_, n) => n)
      const answers = await Promise.all(numbers.map((n) => db.first(query('SELECT ? AS n', n))))
      expect(answers).toEqual(numbers.map((n) => ({ n })))
      expect(driver.calls).toHaveLength(1)
      expect(db.stats().roundTrips).toBe(1)
    })

    it('that follow two promise callbacks still join the batch', async () => {
      const { db, driver } = open()
      const after = async (callbacks: number) => {
        for (let done = 0; done < callbacks; done++) await Promise.resolve()
        return db.first(query('SELECT ? AS n', callbacks))
      }
      expect(await Promise.all([0, 1, 2].map(after))).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }])
      expect(driver.calls).toHaveLength(1)
    })

    it('that need the answer of another take the next trip', async () => {
      const { db } = open()
      const row = await db.first(query('SELECT 7 AS n'))
      expect(await db.first(query('SELECT ? + 1 AS n', Number(row?.['n'])))).toEqual({ n: 8 })
      expect(db.stats().roundTrips).toBe(2)
    })

    it('of one batch fail together when one of them is wrong', async () => {
      const { db } = open()
      const outcomes = await Promise.allSettled([
        db.read(query('SELECT 1 AS n')),
        db.read(query('SELECT nothing FROM nowhere')),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    })

    it('that would change something are refused before they are sent', async () => {
      const { db } = open()
      const change = query("UPDATE audit_log SET action = 'x' WHERE tenant_id = 'nobody'")
      await expect(db.read(change)).rejects.toThrow('a read is a SELECT')
      expect(db.stats().roundTrips).toBe(0)
    })

    it('that find nothing give an empty list, and undefined to `first`', async () => {
      const { db } = open()
      const none = audited(newId())
      expect(await Promise.all([db.read(none), db.first(none)])).toEqual([[], undefined])
    })

    it('and writes are told by the stats with their trips and rows', async () => {
      const { db } = open()
      const tenantId = newId()
      expect(db.stats()).toEqual({ roundTrips: 0, rowsRead: 0, rowsWritten: 0 })
      await db.write([audit(tenantId, 'a')], AUDIT_KEY)
      await db.read(audited(tenantId))
      expect(db.stats().roundTrips).toBe(2)
      expect(db.stats().rowsWritten).toBeGreaterThanOrEqual(1)
      expect(db.stats().rowsRead).toBeGreaterThanOrEqual(1)
    })
  })
}

const refusal = new Error('the gate is closed')

const shut: Gate = {
  query: query('SELECT 1 AS alive'),
  check: () => {
    throw refusal
  },
  guard: statement('INSERT INTO commit_guards (session_alive) VALUES (0)'),
}

const openGate: Gate = { query: query('SELECT 1 AS alive'), check: () => undefined }

function gates(open: Open): void {
  describe('gates', () => {
    it('ride along with the first read only', async () => {
      const { db, driver } = open({ gates: [openGate] })
      expect(await db.first(query('SELECT 1 AS n'))).toEqual({ n: 1 })
      expect(await db.first(query('SELECT 2 AS n'))).toEqual({ n: 2 })
      expect(driver.calls.map(({ statements }) => statements.length)).toEqual([2, 1])
    })

    it('ride along with bookkeeping and are not among its rows', async () => {
      const { db, driver } = open({ gates: [openGate] })
      const books = [query('SELECT 1 AS n'), query('SELECT 2 AS n')]
      expect(await db.bookkeep(books)).toEqual([[{ n: 1 }], [{ n: 2 }]])
      await db.read(query('SELECT 3 AS n'))
      expect(driver.calls.map(({ statements }) => statements.length)).toEqual([3, 1])
    })

    it('keep no books once they are closed, and say why', async () => {
      const tenantId = newId()
      const { db } = open({ gates: [shut] })
      await expect(db.bookkeep([audit(tenantId, 'a')])).rejects.toBe(refusal)
      const unguarded = open().db
      expect(await unguarded.read(audited(tenantId))).toEqual([])
    })

    it('reject every read when they fail: of the same tick, those under way and later ones', async () => {
      const { db, driver } = open({ gates: [shut] })
      let answer = () => {}
      const until = new Promise<void>((resolve) => (answer = resolve))
      driver.fault = onCall(1, { kind: 'slow', until })
      const reads = [db.read(query('SELECT 1')), db.read(query('SELECT 2'))]
      await new Promise((resolve) => setTimeout(resolve, 0))
      reads.push(db.read(query('SELECT 3')))
      answer()
      const outcomes = await Promise.allSettled(reads)
      outcomes.push(...(await Promise.allSettled([db.read(query('SELECT 4'))])))
      const rejected = { status: 'rejected', reason: refusal }
      expect(outcomes).toEqual([rejected, rejected, rejected, rejected])
    })

    it('are asked again when they could not be asked', async () => {
      const { db, driver } = open({ gates: [shut], retries: 0 })
      driver.fault = onCall(1, { kind: 'fail-before' })
      expect(await failureOf(db.read(query('SELECT 1')))).toEqual({ kind: 'unavailable' })
      await expect(db.read(query('SELECT 2'))).rejects.toBe(refusal)
    })

    it('can be asked by themselves, and cost nothing where there are none', async () => {
      const { db, driver } = open({ gates: [shut] })
      await expect(db.confirm()).rejects.toBe(refusal)
      expect(driver.calls).toHaveLength(1)
      const { db: free, driver: idle } = open()
      await free.confirm()
      expect(idle.calls).toEqual([])
    })

    it('guard every write and name the rule', async () => {
      const { db } = open({ gates: [shut] })
      const tenantId = newId()
      const write = () => db.write([audit(tenantId, newId())], AUDIT_KEY)
      const ended = { kind: 'constraint', type: 'check', name: 'session_alive' }
      expect([await failureOf(write()), await failureOf(write())]).toEqual([ended, ended])
      expect(await open().db.read(audited(tenantId))).toEqual([])
    })
  })
}

const losses: readonly Fault[] = [
  { kind: 'fail-before' },
  { kind: 'fail-after' },
  { kind: 'hang' },
  { kind: 'hang-after' },
]

function faults(open: Open): void {
  describe('faults', () => {
    it('that pass cost a read as many more trips', async () => {
      const { db, driver } = open()
      driver.fault = (_, number) => (number <= 2 ? { kind: 'fail-before' } : undefined)
      expect(await db.first(query('SELECT 1 AS n'))).toEqual({ n: 1 })
      expect(db.stats().roundTrips).toBe(3)
    })

    it('that stay are told after the last try', async () => {
      const { db, driver } = open()
      driver.fault = () => ({ kind: 'fail-before' })
      expect(await failureOf(db.read(query('SELECT 1')))).toEqual({ kind: 'unavailable' })
      expect(driver.calls).toHaveLength(3)
    })

    it('of ours are not tried again', async () => {
      const { db, driver } = open()
      expect(await failureOf(db.read(query('SELECT nothing FROM nowhere')))).toEqual({
        kind: 'fatal',
      })
      expect(driver.calls).toHaveLength(1)
    })

    it('without an answer end when the time is up', async () => {
      const { db, driver } = open({ timeoutMilliseconds: 20, retries: 1 })
      driver.fault = () => ({ kind: 'hang' })
      expect(await failureOf(db.read(query('SELECT 1')))).toEqual({ kind: 'unavailable' })
      const write = db.write([audit(newId(), 'a')], AUDIT_KEY)
      expect(await failureOf(write)).toEqual({ kind: 'unavailable' })
      expect(driver.calls).toHaveLength(4)
    })

    it.each(losses)('of the kind $kind leave a write done once', async (loss) => {
      const { db, driver } = open({ timeoutMilliseconds: 300 })
      driver.fault = onCall(1, loss)
      const tenantId = newId()
      const effect = 'UPDATE audit_log SET occurred_at = occurred_at + 1 WHERE tenant_id = ?'
      await db.write([audit(tenantId, 'a'), statement(effect, tenantId)], AUDIT_KEY)
      const found = query('SELECT id, occurred_at FROM audit_log WHERE tenant_id = ?', tenantId)
      expect(await db.read(found)).toEqual([{ id: 'a', occurred_at: 2 }])
      expect(driver.calls.filter(({ mode }) => mode === 'write')).toHaveLength(2)
    })

    it('that lose the answer of a write do not let its own effect refuse it', async () => {
      const tenantId = newId()
      const guard = statement(
        `INSERT INTO commit_guards (session_alive)
          SELECT 0 WHERE EXISTS (SELECT 1 FROM tenants WHERE id = ?)`,
        tenantId,
      )
      const { db, driver } = open({ gates: [{ ...openGate, guard }] })
      driver.fault = onCall(1, { kind: 'fail-after' })
      await db.write([audit(tenantId, 'a'), tenant(tenantId, newId())], AUDIT_KEY)
      expect(await db.read(audited(tenantId))).toEqual([{ id: 'a' }])
    })

    it('do not make a doubled write look done', async () => {
      const { db } = open()
      const tenantId = newId()
      await db.write([audit(tenantId, 'a')], AUDIT_KEY)
      const again = db.write([audit(tenantId, 'a')], AUDIT_KEY)
      expect(await failureOf(again)).toMatchObject({ name: AUDIT_KEY })
    })
  })
}

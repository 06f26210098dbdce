import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { createD1Driver } from '../../src/adapters/database/d1.ts'
import { classifyDatabaseError } from '../../src/adapters/database/errors.ts'
import { createLibsqlDriver } from '../../src/adapters/database/libsql.ts'
import { DatabaseError } from '../../src/ports/database.ts'
import { toPublicError } from '../../src/app/http/problem.ts'
import { libsqlUrl } from '../support/libsql.ts'

const failureOf = (message: string) => classifyDatabaseError(new Error(message)).failure

describe('what an engine throws', () => {
  it.each([
    'D1_ERROR: Network connection lost.',
    'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
    'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
    'D1_ERROR: D1 DB reset because its code was updated.',
    'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
    'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
    'D1_ERROR: database or disk is full: SQLITE_FULL',
    'D1_ERROR: disk I/O error: SQLITE_IOERR',
    'internal error; reference = rp69j45vscd939dh91gbf14u',
    'SQLITE_BUSY: SQLite error: database is locked',
    'SERVER_ERROR: Server returned HTTP status 502',
    'fetch failed',
  ])('passes: %s', (message) => {
    expect(failureOf(message)).toEqual({ kind: 'unavailable' })
  })

  it.each([
    'D1_ERROR: no such table: posts: SQLITE_ERROR',
    'D1_ERROR: too many SQL variables at offset 3: SQLITE_ERROR',
    'D1_ERROR: string or blob too big: SQLITE_TOOBIG',
    'SQL_INPUT_ERROR: SQL input error: near "FORM": syntax error (at offset 9)',
    'Server returned HTTP status 401: Unauthorized',
  ])('is a fault of ours: %s', (message) => {
    expect(failureOf(message)).toEqual({ kind: 'fatal' })
  })

  it.each([
    [
      'D1_ERROR: UNIQUE constraint failed: users.tenant_id, users.email: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)',
      { type: 'unique', name: 'users.tenant_id, users.email' },
    ],
    [
      'SQLITE_CONSTRAINT: SQLite error: UNIQUE constraint failed: users.tenant_id, users.email',
      { type: 'unique', name: 'users.tenant_id, users.email' },
    ],
    [
      'D1_ERROR: CHECK constraint failed: session_alive: SQLITE_CONSTRAINT',
      { type: 'check', name: 'session_alive' },
    ],
    [
      'D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT',
      { type: 'foreign_key', name: '' },
    ],
    [
      'SQLITE_CONSTRAINT: SQLite error: FOREIGN KEY constraint failed',
      { type: 'foreign_key', name: '' },
    ],
    [
      'D1_ERROR: NOT NULL constraint failed: t.a: SQLITE_CONSTRAINT',
      { type: 'other', name: 't.a' },
    ],
  ])('names the constraint: %s', (message, expected) => {
    expect(failureOf(message)).toEqual({ kind: 'constraint', ...expected })
  })

  it('is read through its causes, and kept as one', () => {
    const inner = new Error('UNIQUE constraint failed: t.a')
    const outer = new Error('batch failed', { cause: inner })
    const error = classifyDatabaseError(outer)
    expect(error.failure).toEqual({ kind: 'constraint', type: 'unique', name: 't.a' })
    expect(error.cause).toBe(outer)
    expect(classifyDatabaseError(error)).toBe(error)
  })

  it('is told to the client without SQL, names or values', () => {
    const secret = 'D1_ERROR: no such column: secret_column: SQLITE_ERROR'
    const told = toPublicError(classifyDatabaseError(new Error(secret)))
    expect(told.definition.code).toBe('internal')
    expect(JSON.stringify(told)).not.toContain('secret_column')
    const passing = toPublicError(classifyDatabaseError(new Error('Network connection lost.')))
    expect([passing.definition.status, passing.headers]).toEqual([503, { 'Retry-After': '5' }])
  })
})

describe('an engine that cannot be used', () => {
  const ping = [{ sql: 'SELECT 1', params: [] }]

  it('is unavailable when nobody listens', async () => {
    const driver = createLibsqlDriver({ url: 'http://127.0.0.1:9' })
    await expect(driver.batch(ping, 'read')).rejects.toMatchObject({
      failure: { kind: 'unavailable' },
    })
  })

  it('is a fault of ours when it does not know the path', async () => {
    const driver = createLibsqlDriver({ url: `${libsqlUrl}/nowhere/` })
    await expect(driver.batch(ping, 'read')).rejects.toBeInstanceOf(DatabaseError)
  })

  it('refuses more than a hundred parameters on D1, which libSQL takes', async () => {
    const params = Array.from({ length: 101 }, (_, n) => n)
    const many = [{ sql: `SELECT ${params.map(() => '?').join()} LIMIT 1`, params }]
    await expect(createD1Driver(env.DB).batch(many, 'read')).rejects.toMatchObject({
      failure: { kind: 'fatal' },
    })
    const [result] = await createLibsqlDriver({ url: libsqlUrl }).batch(many, 'read')
    expect(result?.rows).toHaveLength(1)
  })
})

import { describe, expect, it } from 'vitest'
import { callFindings, writeFindings } from '../../scripts/check/calls.ts'

const SERVICE = 'src/modules/blog/service/read.ts'

const calls = (text: string, path = SERVICE) =>
  callFindings([{ path, text }], []).map(({ what }) => what)

const writes = (text: string, path = SERVICE) =>
  writeFindings([{ path, text }]).map(({ what }) => what)

describe('clocks, random sources, timers and compilers', () => {
  it.each([
    ['Date.now()', 'calls Date.now'],
    ['globalThis.Date.now()', 'calls Date.now'],
    ['const clock = { now: Date.now }', 'calls Date.now'],
    ['new Date()', 'calls Date'],
    ['Date()', 'calls Date'],
    ['performance.now()', 'calls performance.now'],
    ['Math.random()', 'calls Math.random'],
    ['crypto.randomUUID()', 'calls crypto.randomUUID'],
    ['crypto.getRandomValues(bytes)', 'calls crypto.getRandomValues'],
    ['setTimeout(f, 1)', 'calls setTimeout'],
    ['await scheduler.wait(1)', 'calls scheduler.wait'],
    [`eval('1')`, 'calls eval'],
    [`new Function('return 1')`, 'calls Function'],
    ['WebAssembly.compile(bytes)', 'calls WebAssembly.compile'],
    [`fetch('https://example.com')`, 'calls fetch'],
  ])('%s is found outside of its adapter', (text, what) => {
    expect(calls(text)).toEqual([what])
  })

  it.each(['new Date(0)', 'new Date(ctx.now).toISOString()', 'Date.parse(text)', 'clock.now()'])(
    '%s may stand',
    (text) => {
      expect(calls(text)).toEqual([])
    },
  )

  it('may be called by their adapter', () => {
    expect(calls('Date.now(); crypto.getRandomValues(b)', 'src/adapters/clock/system.ts')).toEqual(
      [],
    )
    expect(calls('setTimeout(f, 1)', 'src/adapters/database/d1.ts')).toEqual([])
    expect(calls('Date.now()', 'src/adapters/database/d1.ts')).toEqual(['calls Date.now'])
  })

  it.each([
    "datetime('now')",
    'CURRENT_TIMESTAMP',
    'unixepoch()',
    "strftime('%s', 'now')",
    'random()',
    'randomblob()',
  ])('%s is found in SQL, of code and of migrations', (clock) => {
    const sql = `INSERT INTO posts (at) VALUES (${clock})`
    expect(calls(`const a = ${JSON.stringify(sql)}`)).toHaveLength(1)
    const migration = { path: 'migrations/0001_a.sql', text: sql }
    expect(callFindings([], [migration])).toHaveLength(1)
    expect(callFindings([], [{ ...migration, text: `-- ${sql}` }])).toEqual([])
  })
})

describe('writes past commit()', () => {
  it('are found: a write of the port, and statements for a driver', () => {
    expect(writes('deps.db.write(statements, name)')).toEqual(['calls .write()'])
    expect(writes('env.DB.prepare(sql)', 'src/app/health.ts')).toEqual(['calls .prepare()'])
    expect(writes('binding.batch([])', 'src/app/health.ts')).toEqual(['calls .batch()'])
  })

  it('may be done by modules/commit and by the adapters of the database', () => {
    expect(writes('deps.db.write(statements, name)', 'src/modules/commit/service.ts')).toEqual([])
    expect(writes('binding.batch([])', 'src/adapters/database/d1.ts')).toEqual([])
  })
})

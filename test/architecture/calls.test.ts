import { describe, expect, it } from 'vitest'
import { callFindings } from '../../scripts/check/calls.ts'

const SERVICE = 'src/modules/blog/service/read.ts'

const calls = (text: string, path = SERVICE) =>
  callFindings([{ path, text }], []).map(({ what }) => what)

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

  it.each([
    ['crypto?.randomUUID()', 'calls crypto.randomUUID'],
    [`crypto['randomUUID']()`, 'calls crypto.randomUUID'],
    ['self.crypto.randomUUID()', 'calls crypto.randomUUID'],
    ['const { randomUUID } = crypto', 'calls crypto.randomUUID'],
    ['const { crypto: { randomUUID: id } } = globalThis', 'calls crypto.randomUUID'],
    ['const source = crypto', 'names crypto'],
    ['(Date).now()', 'calls Date.now'],
    ['const D = Date', 'names Date'],
    ['const go = fetch', 'names fetch'],
    ['const go = globalThis.fetch', 'names fetch'],
    ['start({ fetch })', 'names fetch'],
    ['fetch.call(undefined, url)', 'calls fetch'],
    ['(fetch as Fetch)(url)', 'calls fetch'],
    ['later(setTimeout)', 'names setTimeout'],
    ['AbortSignal.timeout(1_000)', 'calls AbortSignal.timeout'],
    [`(0, eval)('1')`, 'calls eval'],
    ['new WebAssembly.Module(bytes)', 'calls WebAssembly.Module'],
    ['const c = crypto; c.randomUUID()', 'names crypto'],
    ['const { now } = Date', 'calls Date.now'],
    [`new globalThis['Date']()`, 'calls Date'],
    ['const all = globalThis; all.Date.now()', 'names globalThis'],
    [`Reflect.get(self, 'Date')`, 'names self'],
    ['globalThis[name]()', 'names globalThis'],
    ['crypto[name]()', 'names crypto'],
    ['const { ...all } = Date', 'names Date'],
    ['const { [name]: now } = Date', 'names Date'],
    ['const A = AbortSignal; A.timeout(1)', 'names AbortSignal'],
    ['const W = WebAssembly; W.compile(bytes)', 'names WebAssembly'],
    ['setImmediate(f)', 'calls setImmediate'],
    ['new WebSocket(url)', 'calls WebSocket'],
    ['Temporal.Now.instant()', 'calls Temporal.Now.instant'],
    ['process.hrtime()', 'calls process.hrtime'],
    ['new Date(...parts)', 'calls Date'],
    ['Date(0)', 'calls Date'],
    ['new Date.prototype.constructor()', 'names .constructor'],
    [`f.constructor('return 1')`, 'names .constructor'],
  ])('%s is found by another way', (text, what) => {
    expect(calls(text)).toContain(what)
  })

  it.each([
    'const isDate = value instanceof Date',
    'type Fetch = typeof fetch',
    'const { subtle } = crypto',
    'const f = { fetch: 1 }',
    'export const f = (fetch: Fetch) => g({ fetch })',
    'deps.fetch(url)',
    'const self = this_; f(self)',
    'const { any, ...rest } = signals',
    'const any = AbortSignal.any([a, b])',
  ])('%s names no source of time, chance or calls', (text) => {
    expect(calls(text)).toEqual([])
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
    'hex(randomblob(16))',
    'datetime()',
    "datetime('now', '+1 day')",
    "unixepoch('subsec')",
    "strftime('%s')",
    "strftime('%s', ?1, 'now')",
  ])('%s is found in SQL, of code and of migrations', (clock) => {
    const sql = `INSERT INTO posts (at) VALUES (${clock})`
    expect(calls(`const a = ${JSON.stringify(sql)}`)).toHaveLength(1)
    const migration = { path: 'migrations/0001_a.sql', text: sql }
    expect(callFindings([], [migration])).toHaveLength(1)
    expect(callFindings([], [{ ...migration, text: `-- ${sql}` }])).toEqual([])
  })

  it.each(["datetime(created_at, 'unixepoch')", "strftime('%Y', published_at)"])(
    '%s in SQL tells of a time that is given',
    (time) => {
      expect(calls(`const a = ${JSON.stringify(`SELECT ${time} FROM posts`)}`)).toEqual([])
    },
  )

  it('are found in SQL with parts in it', () => {
    expect(calls("const a = sql`SELECT datetime(${zone}, 'now')`")).toHaveLength(1)
  })
})

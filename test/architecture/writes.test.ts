import { describe, expect, it } from 'vitest'
import { writeFindings } from '../../scripts/check/writes.ts'

const SERVICE = 'src/modules/blog/service/read.ts'

const writes = (text: string, path = SERVICE) =>
  writeFindings([{ path, text }]).map(({ what }) => what)

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

  it.each([
    [`deps.db['write'](statements, name)`, 'calls .write()'],
    ['deps.db?.write(statements, name)', 'calls .write()'],
    ['const { write } = db', 'takes .write'],
    ['const { db: { write: store } } = deps', 'takes .write'],
    ['db.write.call(db, statements, name)', 'names .write'],
    ['const store = deps.db.bookkeep', 'names .bookkeep'],
    ['env.DB.exec(sql)', 'calls .exec()'],
    ['env.DB_EU.batch([])', 'calls .batch()'],
    [`env['DB'].prepare(sql)`, 'calls .prepare()'],
    ['const { prepare } = env.DB', 'takes .prepare'],
    ['const d = env.DB; d.exec(sql)', 'calls .exec()'],
    ['let d; d = env.DB; const run = d.exec', 'names .exec'],
    ['const d = env.DB; const { exec } = d', 'takes .exec'],
    ['deps.db[method](statements)', 'calls .[…]()'],
  ])('are found by another way: %s', (text, what) => {
    expect(writes(text)).toEqual([what])
  })

  it.each([`/a/.exec('a')`, 'NAME.exec(text)', 'const { write } = change', 'commit({ write })'])(
    'are told from what has the same name: %s',
    (text) => {
      expect(writes(text)).toEqual([])
    },
  )
})

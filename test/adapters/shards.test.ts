import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { createD1Driver } from '../../src/adapters/database/d1.ts'
import { createShards } from '../../src/adapters/database/shards.ts'
import { DatabaseError, PRIMARY_SHARD } from '../../src/ports/database.ts'
import { AUDIT_KEY, audit, audited, newId } from '../contracts/database-statements.ts'
import { createFaultyDriver } from '../support/faulty-driver.ts'

/** Two shards, given in an order that is not that of their names. */
function createTwo() {
  const far = createFaultyDriver(createD1Driver(env.SPARE_DB))
  const near = createFaultyDriver(createD1Driver(env.DB))
  const drivers = new Map([
    ['second', far],
    [PRIMARY_SHARD, near],
  ])
  const shards = createShards(drivers, { timeoutMilliseconds: 5_000, retries: 0, random: () => 0 })
  return { near, far, shards }
}

const down = () => ({ kind: 'fail-before' }) as const

describe('the shards of a deployment', () => {
  it('are named with the primary one first, and opened by name', async () => {
    const { shards } = createTwo()
    expect(shards.names).toEqual(['primary', 'second'])
    const id = newId()
    await shards.openUngated('second').write([audit(id, 'far')], AUDIT_KEY)
    expect(await shards.openUngated('second').read(audited(id))).toEqual([{ id: 'far' }])
    expect(await shards.openUngated(PRIMARY_SHARD).read(audited(id))).toEqual([])
  })

  it('do not open one that is not there, and say which', () => {
    const { shards } = createTwo()
    const open = () => shards.openUngated('third')
    expect(open).toThrow(DatabaseError)
    expect(open).toThrow(
      expect.objectContaining({
        failure: { kind: 'unavailable' },
        cause: new Error('this deployment has no database for the shard "third"'),
      }),
    )
  })
})

describe('all shards at once', () => {
  it('find what any has, the first by name, in one round trip', async () => {
    const { shards } = createTwo()
    const id = newId()
    await shards.openUngated('second').write([audit(id, 'far')], AUDIT_KEY)
    const all = shards.openAll()
    expect(await all.first(audited(id))).toEqual({ id: 'far' })
    expect(all.stats().roundTrips).toBe(1)
    await shards.openUngated(PRIMARY_SHARD).write([audit(id, 'near')], AUDIT_KEY)
    expect(await all.first(audited(id))).toEqual({ id: 'near' })
    expect(await all.read(audited(id))).toEqual([{ id: 'near' }, { id: 'far' }])
    expect(await all.first(audited(newId()))).toBeUndefined()
  })

  it('find what a shard has while another is down, and do not call missing what that may have', async () => {
    const { shards, far, near } = createTwo()
    const id = newId()
    await shards.openUngated(PRIMARY_SHARD).write([audit(id, 'near')], AUDIT_KEY)
    far.fault = down
    const all = shards.openAll()
    expect(await all.first(audited(id))).toEqual({ id: 'near' })
    const unavailable = { failure: { kind: 'unavailable' } }
    await expect(all.first(audited(newId()))).rejects.toMatchObject(unavailable)
    await expect(all.read(audited(id))).rejects.toMatchObject(unavailable)
    near.fault = down
    await expect(all.first(audited(id))).rejects.toMatchObject(unavailable)
  })

  it('are not written to', async () => {
    const write = createTwo()
      .shards.openAll()
      .write([audit(newId(), 'a')], AUDIT_KEY)
    await expect(write).rejects.toMatchObject({ failure: { kind: 'fatal' } })
  })
})

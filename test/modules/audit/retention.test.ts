import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { sweepEntries } from '../../../src/modules/audit/chain/service/sweep.ts'
import { verifyLog } from '../../../src/modules/audit/chain/service/verify.ts'
import { type World, createWorld } from '../../support/world.ts'
import { entriesOf, receiptOf, seal, tamper, writeEntries } from './support.ts'

const DAY = 86_400_000

/** A world on a shard of its own, where time can pass without harm to others. */
async function farWorld(): Promise<World> {
  return createWorld({ env: { DB_SECOND: env.SPARE_DB }, shard: 'second' })
}

/** Sweeps until nothing is left. */
async function sweep(world: World, limit = 500): Promise<number> {
  let all = 0
  for (;;) {
    const swept = await sweepEntries(world.deps(), world.clock.now(), limit)
    expect(swept).toBeLessThanOrEqual(limit)
    all += swept
    if (swept < limit) return all
  }
}

/** What a verification by the platform says; a session lives shorter than entries do. */
async function verifyLater(world: World): Promise<string | null> {
  try {
    await verifyLog(world.deps(), await world.system(), {})
    return null
  } catch (error) {
    if (error instanceof Error) return error.message
    throw error
  }
}

describe('entries of the audit log', () => {
  it('are kept for 365 days, then go; what is left can be verified', async () => {
    const world = await farWorld()
    await writeEntries(world, 7)
    await seal(world)
    world.clock.advance(200 * DAY)
    await writeEntries(world, 4, 8)
    await seal(world)
    world.clock.advance(164 * DAY)
    expect(await sweep(world)).toBe(0)
    world.clock.advance(2 * DAY)
    const before = await entriesOf(world)
    await sweep(world, 3)
    const left = await entriesOf(world)
    expect(left).toEqual(before.slice(-4))
    expect(await verifyLater(world)).toBeNull()
    await writeEntries(world, 1, 20)
    expect(await verifyLater(world)).toBeNull()
    expect((await entriesOf(world)).at(-1)?.seq).toBe(before.length + 1)
  })

  it('are kept for as long as the tenant says', async () => {
    const world = await farWorld()
    const admin = await world.as('super_admin')
    const path = '/api/v1/tenant/modules/audit'
    const refused = await admin.fetch('PATCH', path, { body: { settings: { retentionDays: 29 } } })
    expect(refused.status).toBe(422)
    await admin.json('PATCH', path, { body: { settings: { retentionDays: 30 } } })
    await seal(world)
    world.clock.advance(29 * DAY)
    expect(await sweep(world)).toBe(0)
    world.clock.advance(2 * DAY)
    await sweep(world)
    expect(await entriesOf(world)).toEqual([])
    expect(await verifyLater(world)).toBeNull()
  })

  it('that were removed before their time show, and so do a moved anchor and old entries put back', async () => {
    const world = await farWorld()
    await writeEntries(world, 6)
    await seal(world)
    const removed = {
      sql: 'DELETE FROM audit_log WHERE tenant_id = ? AND seq <= 3',
      params: [world.tenantId],
    }
    await tamper([removed], env.SPARE_DB)
    expect(await verifyLater(world)).toContain('entry 1: it is missing')
    const anchor = {
      sql: `UPDATE audit_heads SET anchor_seq = 3, anchor_chain = 'x' WHERE tenant_id = ?`,
      params: [world.tenantId],
    }
    await tamper([anchor], env.SPARE_DB)
    expect(await verifyLater(world)).toContain('was not made by the platform')
    world.clock.advance(400 * DAY)
    expect(await sweep(world)).toBe(0)
  })

  it('leave a receipt of their time worthless, and say so', async () => {
    const world = await farWorld()
    const receipt = await receiptOf(world)
    await writeEntries(world, 3)
    await seal(world)
    world.clock.advance(366 * DAY)
    await sweep(world)

    const later = verifyLog(world.deps(), await world.system(), { receipt })
    await expect(later).rejects.toMatchObject({ definition: { code: 'invalid_input' } })
  })
})

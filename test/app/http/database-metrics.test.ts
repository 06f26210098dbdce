import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import { outboxFigures } from '../../../src/modules/events/index.ts'
import { jobFigures } from '../../../src/modules/jobs/index.ts'
import { createFaultyWorld } from '../../modules/commit/support.ts'
import { addJob, putInto } from '../../modules/jobs/support.ts'
import { type World, createWorld } from '../../support/world.ts'
import { deliveryWorld, happen } from '../delivery/support.ts'

/** The samples by series; the storage is shared, so that tests look at what they change. */
async function read(world: Pick<World, 'isolate'>): Promise<Map<string, number>> {
  const answer = await serve(world.isolate, new Request('https://127.0.0.1/metrics'))
  const text = await answer.text()
  const lines = text.split('\n').filter((line) => line.includes('scope="database"'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

const of = (name: string, more = '') => `${name}{scope="database",shard="primary"${more}}`

describe('metrics of the database', () => {
  it('tell what is owed, what was tried before and what was given up, whoever is asked', async () => {
    const world = await deliveryWorld([{ name: 'trial:one', handle: async () => undefined }])
    const before = await read(await createWorld())
    for (const thing of ['thing-1', 'thing-2', 'thing-3']) await happen(world, thing)
    await world.rows(
      `UPDATE outbox SET attempts = 2 WHERE tenant_id = ? AND aggregate_id = 'thing-2'`,
      world.tenantId,
    )
    await world.rows(
      `UPDATE outbox SET dead_at = 1 WHERE tenant_id = ? AND aggregate_id = 'thing-3'`,
      world.tenantId,
    )
    const after = await read(world)
    const grown = (name: string) => (after.get(of(name)) ?? 0) - (before.get(of(name)) ?? 0)
    expect(grown('rustok_outbox_owed')).toBe(2)
    expect(grown('rustok_outbox_retried')).toBe(1)
    expect(grown('rustok_outbox_dead')).toBe(1)
    expect(after.get(of('rustok_database_up'))).toBe(1)
    world.clock.advance(100_000)
    expect((await read(world)).get(of('rustok_outbox_oldest_age_seconds'))).toBeGreaterThanOrEqual(
      100,
    )
    await world.drain()
  })

  it('tell the jobs by state and for how long the longest due one has waited', async () => {
    const world = await createWorld()
    const before = await read(world)
    const ids: string[] = []
    for (const concurrency of [null, 1, null, 1]) ids.push(await addJob(world, { concurrency }))
    await putInto(world, ids[1] ?? '', 'running')
    await putInto(world, ids[2] ?? '', 'dead')
    await putInto(world, ids[3] ?? '', 'done')
    const after = await read(world)
    const grown = (state: string) => {
      const series = of('rustok_jobs', `,state="${state}"`)
      return (after.get(series) ?? 0) - (before.get(series) ?? 0)
    }
    expect([grown('queued'), grown('running'), grown('dead')]).toEqual([1, 1, 1])
    world.clock.advance(70_000)
    const age = (await read(world)).get(of('rustok_jobs_oldest_due_age_seconds'))
    expect(age).toBeGreaterThanOrEqual(70)
  })

  it('say that a shard does not answer, and the rest is there', async () => {
    const world = await createFaultyWorld({ DATABASE_RETRIES: '0' })
    world.driver.fault = ({ mode }) => (mode === 'read' ? { kind: 'fail-before' } : undefined)
    const answer = await read(world)
    expect([...answer]).toEqual([[of('rustok_database_up'), 0]])
  })

  it('cost one trip to the database, and no row that is settled is read', async () => {
    for (const { sql, params } of [outboxFigures(null), outboxFigures('t'), jobFigures(1)]) {
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...params)
        .all<{ detail: string }>()
      const reads = results
        .map(({ detail }) => detail)
        .filter((detail) => /^(SCAN|SEARCH) (outbox|jobs)/.test(detail))
      expect(reads.length).toBeGreaterThan(1)
      for (const detail of reads) {
        expect(detail).toMatch(
          /USING (COVERING )?INDEX (outbox_(owed|heads|dead)|jobs_(due|limited|dead))/,
        )
      }
    }
    let batches = 0
    const world = await createWorld({
      wrapDriver: (driver) => ({
        batch: (statements, mode) => {
          batches += 1
          return driver.batch(statements, mode)
        },
      }),
    })
    const before = batches
    await read(world)
    expect(batches - before).toBe(1)
  })
})

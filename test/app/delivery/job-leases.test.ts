import { describe, expect, it } from 'vitest'
import { JobCancelled } from '../../../src/kernel/job.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { HEARTBEAT_MILLISECONDS } from '../../../src/modules/jobs/index.ts'
import {
  abortOf,
  claim,
  endLeases,
  jobEffect,
  jobWorld,
  jobsIn,
  loseWorker,
  order,
  testTimers,
  trialJob,
  triesIn,
} from './job-support.ts'

describe('a job whose worker is lost', () => {
  it('is taken again when the lease has ended, not before, and its history tells', async () => {
    const job = trialJob(async () => null, { timeoutSeconds: 900 })
    const world = await jobWorld([job])
    await order(world, job, 'so')
    await loseWorker(world)
    world.clock.advance(limits.events.leaseMilliseconds - 1)
    expect(await world.drain()).toBe(0)
    world.clock.advance(1)
    expect(await world.drain()).toBe(1)
    expect(await jobsIn(world)).toMatchObject([{ state: 'done', attempts: 2 }])
    expect(await triesIn(world)).toEqual(['1 lost the worker was lost', '2 done'])
  })

  it('at every try is dead at its limit and never performed again', async () => {
    let performed = 0
    const job = trialJob(async () => void (performed += 1))
    const world = await jobWorld([job])
    await order(world, job, 'so')
    for (let n = 0; n < 3; n++) {
      await loseWorker(world)
      endLeases(world)
    }
    await world.drain()
    expect(performed).toBe(0)
    expect(await jobsIn(world)).toMatchObject([
      { state: 'dead', attempts: 3, error: 'the worker was lost' },
    ])
    expect(await triesIn(world)).toHaveLength(3)
    endLeases(world)
    expect(await world.drain()).toBe(0)
  })

  it('before it had begun is taken again, and no try is counted', async () => {
    const job = trialJob(async () => null)
    const world = await jobWorld([job])
    await order(world, job, 'so')
    await claim(world)
    endLeases(world)
    await world.drain()
    expect(await triesIn(world)).toEqual(['1 done'])
  })
})

describe('a worker that was taken for lost', () => {
  it('can commit nothing any more, nor say how the job came out', async () => {
    const job = trialJob(async (run, { text }, deps, ctx) => {
      if (run.attempt === 1) {
        endLeases(world)
        await world.drain()
      }
      await jobEffect(deps, ctx, text)
      return run.attempt
    })
    const world = await jobWorld([job])
    await order(world, job, 'a late note')
    await world.drain()
    expect(await world.auditOf('a late note')).toEqual(['trial.work.noted'])
    expect(await jobsIn(world)).toMatchObject([{ state: 'done', result: '2' }])
    expect(await triesIn(world)).toEqual(['1 lost the worker was lost', '2 done'])
  })
})

describe('a worker that lives', () => {
  it('keeps its job as long as the job may take, and nobody else gets it', async () => {
    const taken: number[] = []
    const job = trialJob(
      async () => {
        for (let beats = 0; beats < 5; beats++) {
          await timers.pass(HEARTBEAT_MILLISECONDS)
          const lease = world.clock.now() + limits.events.leaseMilliseconds
          let due = 0
          for (let look = 0; look < 1_000 && due !== lease; look++)
            due = (await jobsIn(world))[0]?.due ?? 0
          expect(due).toBe(lease)
          taken.push((await claim(world)).length)
        }
      },
      { timeoutSeconds: 900 },
    )
    const world = await jobWorld([job])
    const timers = testTimers(world)
    await order(world, job, 'so')
    await world.drain()
    expect(taken).toEqual([0, 0, 0, 0, 0])
    expect(await jobsIn(world)).toMatchObject([{ state: 'done', attempts: 1 }])
  })

  it('tells how far it is', async () => {
    const seen: unknown[] = []
    const job = trialJob(async (run) => {
      await run.progress(40.4, 'x'.repeat(500))
      seen.push(...(await jobsIn(world)))
    })
    const world = await jobWorld([job])
    await order(world, job, 'so')
    await world.drain()
    expect(seen).toMatchObject([
      { state: 'running', progress: 40, note: 'x'.repeat(limits.jobs.progressNote) },
    ])
  })
})

describe('a job that is cancelled while it runs', () => {
  it('hears of it when it tells how far it is, and ends', async () => {
    const heard: unknown[] = []
    const job = trialJob(async (run) => {
      await admin.json('POST', `/api/v1/jobs/${run.id}/cancel`)
      await run.progress(10).catch((error: unknown) => {
        heard.push(error)
        throw error
      })
    })
    const world = await jobWorld([job])
    const admin = await world.as('admin')
    await order(world, job, 'so')
    await world.drain()
    expect(heard).toMatchObject([expect.any(JobCancelled)])
    expect(await jobsIn(world)).toMatchObject([{ state: 'cancelled' }])
    expect(await triesIn(world)).toEqual(['1 cancelled JobCancelled: the job was cancelled'])
  })

  it('ends within a heartbeat, though it never asks', async () => {
    const job = trialJob(
      async (run) => {
        await admin.json('POST', `/api/v1/jobs/${run.id}/cancel`)
        await timers.pass(HEARTBEAT_MILLISECONDS)
        await abortOf(run.signal)
      },
      { timeoutSeconds: 900 },
    )
    const world = await jobWorld([job])
    const admin = await world.as('admin')
    const timers = testTimers(world)
    await order(world, job, 'so')
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([{ state: 'cancelled', attempts: 1 }])
  })

  it('and fails is not tried again, and one whose worker is lost is not either', async () => {
    const job = trialJob(async (run, { text }) => {
      await admin.json('POST', `/api/v1/jobs/${run.id}/cancel`)
      if (text === 'fails') throw new Error('as it happens')
      return world.rows(
        'UPDATE jobs SET state = state WHERE tenant_id = ? AND id = ?',
        world.tenantId,
        run.id,
      )
    })
    const world = await jobWorld([job])
    const admin = await world.as('admin')
    await order(world, job, 'fails')
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([
      { state: 'cancelled', error: 'Error: as it happens' },
    ])
    await order(world, job, 'lost')
    await loseWorker(world)
    const [, lost] = await jobsIn(world)
    await admin.json('POST', `/api/v1/jobs/${lost?.id}/cancel`)
    endLeases(world)
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([{}, { state: 'cancelled' }])
  })
})

import { describe, expect, it } from 'vitest'
import { EffectDone } from '../../../src/kernel/effect.ts'
import { JobRefused, JobSnoozed, jobOf } from '../../../src/kernel/job.ts'
import {
  abortOf,
  enqueue,
  jobEffect,
  jobWorld,
  jobsIn,
  order,
  testTimers,
  trialJob,
  triesIn,
} from './job-support.ts'

const HOUR = 3_600_000

describe('a job that fails', () => {
  it('is tried again after its pauses, up to its limit, and is dead with its error then', async () => {
    const pauses: number[] = []
    const job = trialJob(
      async (run) => {
        throw new Error(`try ${run.attempt}`)
      },
      { retry: { maxAttempts: 3, delay: (failures) => failures * 1_000 } },
    )
    const world = await jobWorld([job])
    await order(world, job, 'so')
    for (let n = 0; n < 2; n++) {
      await world.drain()
      const [row] = await jobsIn(world)
      pauses.push((row?.due ?? 0) - world.clock.now())
      expect(await world.drain()).toBe(0)
      world.clock.advance(pauses.at(-1) ?? 0)
    }
    expect(pauses).toEqual([1_000, 2_000])
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([
      { state: 'dead', attempts: 3, error: 'Error: try 3' },
    ])
    expect(await triesIn(world)).toEqual([
      '1 failed Error: try 1',
      '2 failed Error: try 2',
      '3 failed Error: try 3',
    ])
    world.clock.advance(HOUR)
    expect(await world.drain()).toBe(0)
  })

  it('for good is not tried again', async () => {
    const job = trialJob(async () => {
      throw new JobRefused('the file is no CSV')
    })
    const world = await jobWorld([job])
    await order(world, job, 'so')
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([
      { state: 'dead', attempts: 1, error: 'JobRefused: the file is no CSV' },
    ])
  })

  it('takes too long and is told so, and tried again', async () => {
    const job = trialJob(async (run) => {
      if (run.attempt > 1) return
      await timers.pass(10_000)
      await abortOf(run.signal)
    })
    const world = await jobWorld([job])
    const timers = testTimers(world)
    await order(world, job, 'so')
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([
      { state: 'queued', error: 'DeadlineError: not done within 10000 ms' },
    ])
    world.clock.advance(1_000)
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([{ state: 'done', attempts: 2 }])
  })

  it('is given a payload that its schema refuses, which counts as a failure', async () => {
    const job = trialJob(async () => null)
    const world = await jobWorld([job])
    await enqueue(world, [{ ...jobOf(job, { text: 'so' }), payload: {}, maxAttempts: 1 }])
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([{ state: 'dead', attempts: 1 }])
  })

  it('holds up nobody: what was asked for with it is done before it has ended', async () => {
    const job = trialJob(async (_run, { text }) => {
      if (text !== 'poison') return
      const others = async () => (await jobsIn(world)).filter(({ state }) => state === 'done')
      let done = 0
      for (let look = 0; look < 1_000 && done < 2; look++) done = (await others()).length
      throw new Error(`${done} others were done`)
    })
    const world = await jobWorld([job])
    await order(world, job, 'poison', 'one', 'two')
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([
      { state: 'queued', error: 'Error: 2 others were done' },
      { state: 'done' },
      { state: 'done' },
    ])
  })
})

describe('a job that waits for something', () => {
  it('is due at the instant it names, and the try does not count', async () => {
    const job = trialJob(async () => {
      if (world.clock.now() < start + HOUR) throw new JobSnoozed(start + HOUR)
    })
    const world = await jobWorld([job])
    const start = world.clock.now()
    await order(world, job, 'so')
    await world.drain()
    expect(await jobsIn(world)).toMatchObject([
      { state: 'queued', attempts: 0, due: start + HOUR, error: null },
    ])
    world.clock.advance(HOUR)
    await world.drain()
    expect(await triesIn(world)).toEqual(['1 done'])
  })
})

describe('what a job commits under a key of its own', () => {
  it('is committed once, however often the job runs', async () => {
    const job = trialJob(async (run, { text }, deps) => {
      try {
        await jobEffect(deps, run.once('note'), text)
      } catch (error) {
        if (!(error instanceof EffectDone)) throw error
      }
      if (run.attempt < 3) throw new Error('after the commit')
    })
    const world = await jobWorld([job])
    await order(world, job, 'a single note')
    for (let n = 0; n < 3; n++) {
      await world.drain()
      world.clock.advance(1_000)
    }
    expect(await jobsIn(world)).toMatchObject([{ state: 'done', attempts: 3 }])
    expect(await world.auditOf('a single note')).toEqual(['trial.work.noted'])
  })
})

describe('a job that this deployment does not know', () => {
  it('is kept, by name and by version, and its tries do not count', async () => {
    const job = trialJob(async () => null)
    const world = await jobWorld([job])
    await enqueue(world, [
      { ...jobOf(job, { text: 'name' }), name: 'trial:later' },
      { ...jobOf(job, { text: 'version' }), version: 2 },
    ])
    for (let n = 0; n < 20; n++) {
      await world.drain()
      world.clock.advance(HOUR)
    }
    expect(await jobsIn(world)).toMatchObject([
      { state: 'queued', attempts: 0, error: 'unknown job trial:later version 1' },
      { state: 'queued', attempts: 0, error: 'unknown job trial:work version 2' },
    ])
    await world.rows('UPDATE jobs SET version = 1 WHERE tenant_id = ?', world.tenantId)
    await world.drain()
    expect((await jobsIn(world)).map(({ state }) => state)).toEqual(['queued', 'done'])
  })
})

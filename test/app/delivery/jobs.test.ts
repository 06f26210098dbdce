import { describe, expect, it } from 'vitest'
import { performJobs } from '../../../src/app/delivery/perform-jobs.ts'
import { unbounded } from '../../../src/kernel/grants.ts'
import { jobOf } from '../../../src/kernel/job.ts'
import { existsGuard } from '../../../src/modules/commit/index.ts'
import { PRIMARY_SHARD } from '../../../src/ports/database.ts'
import { claim, enqueue, jobWorld, jobsIn, order, trialJob, triesIn } from './job-support.ts'

const HOUR = 3_600_000

describe('a job', () => {
  it('exists if and only if the commit does that asked for it', async () => {
    const job = trialJob(async () => null)
    const world = await jobWorld([job])
    const refused = enqueue(
      world,
      [jobOf(job, { text: 'never' })],
      [{ statement: existsGuard('state_allows', { sql: 'SELECT 1 WHERE false', params: [] }) }],
    )
    await expect(refused).rejects.toMatchObject({ definition: { code: 'conflict' } })
    expect(await jobsIn(world)).toEqual([])
    await order(world, job, 'there')
    expect(await jobsIn(world)).toMatchObject([{ state: 'queued', text: 'there' }])
  })

  it('is performed once, with what it was asked for, by what its definition may do', async () => {
    const seen: unknown[] = []
    const job = trialJob(
      async (run, { text }, _deps, ctx) => {
        seen.push({ text, attempt: run.attempt, id: run.id, by: ctx.principal })
        return { done: text }
      },
      { permissions: ['posts:create'] },
    )
    const world = await jobWorld([job])
    await order(world, job, 'so')
    expect(await world.drain()).toBe(1)
    expect(await world.drain()).toBe(0)
    const [row] = await jobsIn(world)
    expect(row).toMatchObject({ state: 'done', progress: 100, result: '{"done":"so"}' })
    expect(seen).toEqual([
      {
        text: 'so',
        attempt: 1,
        id: row?.id,
        by: { kind: 'system', name: 'trial:work', permissions: unbounded(['posts:create']) },
      },
    ])
    expect(await triesIn(world)).toEqual(['1 done'])
  })

  it('is performed once, though its wake-up call is doubled', async () => {
    let performed = 0
    const job = trialJob(async () => void (performed += 1))
    const world = await jobWorld([job])
    await order(world, job, 'so')
    const wakeUps = await claim(world)
    const answer = () => performJobs(world.isolate, PRIMARY_SHARD, wakeUps)
    await Promise.all([answer(), answer()])
    await answer()
    expect(performed).toBe(1)
    expect(await triesIn(world)).toEqual(['1 done'])
  })

  it('is not added while one with the same key waits or runs, and is when that has ended', async () => {
    const job = trialJob(
      async (run) => {
        if (run.attempt === 1) await order(world, job, 'same')
      },
      { unique: ({ text }) => text },
    )
    const world = await jobWorld([job])
    await order(world, job, 'same', 'same', 'other')
    await order(world, job, 'same')
    expect(await jobsIn(world)).toHaveLength(2)
    await world.drain()
    expect(await jobsIn(world)).toHaveLength(2)
    await order(world, job, 'same')
    expect(await jobsIn(world)).toHaveLength(3)
  })

  it('with a delay is left alone until it is due', async () => {
    const job = trialJob(async () => null)
    const world = await jobWorld([job])
    await enqueue(world, [jobOf(job, { text: 'later' }, { dueAt: world.clock.now() + HOUR })])
    world.clock.advance(HOUR - 1)
    expect(await world.drain()).toBe(0)
    world.clock.advance(1)
    expect(await world.drain()).toBe(1)
  })

  it('of a higher priority is taken first, then the one that is due the longest', async () => {
    const job = trialJob(async () => null, { priority: 'low' })
    const world = await jobWorld([job])
    const now = world.clock.now()
    await enqueue(world, [
      jobOf(job, { text: 'low' }),
      jobOf(job, { text: 'normal' }, { priority: 'normal' }),
      jobOf(job, { text: 'high' }, { priority: 'high', dueAt: now }),
      jobOf(job, { text: 'high and older' }, { priority: 'high', dueAt: now - 1 }),
    ])
    const texts = new Map((await jobsIn(world)).map(({ id, text }) => [id, text]))
    const taken = (await claim(world)).map(({ id }) => texts.get(id))
    // Rows come back in no order: what counts is what a full page leaves for the next.
    expect(taken).toHaveLength(4)
    const many = Array.from({ length: 99 }, (_, n) => jobOf(job, { text: `low ${n}` }))
    await enqueue(world, [...many, jobOf(job, { text: 'late' }, { priority: 'high' })])
    await enqueue(world, [jobOf(job, { text: 'too late' })])
    const names = new Map((await jobsIn(world)).map(({ id, text }) => [id, text]))
    const page = (await claim(world)).map(({ id }) => names.get(id))
    expect(page).toHaveLength(100)
    expect(page).toContain('late')
    expect(page).not.toContain('too late')
  })

  it('is one of many that one commit adds', async () => {
    const seen = new Set<string>()
    const job = trialJob(async (_run, { text }) => void seen.add(text))
    const world = await jobWorld([job])
    await order(world, job, ...Array.from({ length: 250 }, (_, n) => `job ${n}`))
    expect(await world.drain()).toBe(250)
    expect(seen.size).toBe(250)
  })
})

describe('the concurrency of a job', () => {
  it('is kept in a claim and over all claims, and stops no other job', async () => {
    let atOnce = 0
    let most = 0
    const job = trialJob(
      async () => {
        atOnce += 1
        most = Math.max(most, atOnce)
        await world.rows('SELECT 1')
        atOnce -= 1
      },
      { concurrency: 2 },
    )
    const other = trialJob(async () => null, { name: 'trial:other' })
    const world = await jobWorld([job, other])
    await order(world, job, 'a', 'b', 'c', 'd', 'e')
    expect(await claim(world)).toHaveLength(2)
    expect(await claim(world)).toHaveLength(0)
    await order(world, other, 'free')
    expect(await claim(world)).toHaveLength(1)
    world.clock.advance(HOUR)
    expect(await world.drain()).toBe(6)
    expect(most).toBe(2)
  })

  it('keeps a thousand waiting jobs of one name from standing before those of others', async () => {
    const job = trialJob(async () => null, { concurrency: 1 })
    const other = trialJob(async () => null, { name: 'trial:other', concurrency: 1 })
    const world = await jobWorld([job, other])
    await order(world, job, ...Array.from({ length: 1_100 }, (_, n) => `job ${n}`))
    world.clock.advance(1)
    await order(world, other, 'other')
    const names = new Map((await jobsIn(world)).map(({ id, text }) => [id, text]))
    const taken = (await claim(world)).map(({ id }) => names.get(id))
    expect(new Set(taken)).toEqual(new Set(['job 0', 'other']))
  })
})

import { drain } from '../../../src/app/delivery/drain.ts'
import { PRIMARY_SHARD } from '../../../src/ports/database.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { createFaultyDriver, type FaultyDriver } from '../../support/faulty-driver.ts'
import { DAY, HOUR, MINUTE, forgetSchedules, trialWorld } from './support.ts'

const at = (milliseconds: number) => new Date(milliseconds).toISOString()

afterEach(forgetSchedules)

describe('the tick', () => {
  it('runs what is due, once, and notes how it came out', async () => {
    const world = await trialWorld()
    const { id } = await world.create({ input: { text: 'so' } })
    const due = world.clock.now() + HOUR
    await world.ownTick()
    expect(world.noted).toEqual([])
    world.travel(HOUR)
    await world.ownTick()
    await world.ownTick()
    expect(world.noted).toEqual(['so'])
    expect(await world.runsOf(id)).toMatchObject([
      { reason: 'due', scheduledFor: at(due), outcome: 'succeeded', missed: 0 },
    ])
    expect(await world.read(id)).toMatchObject({
      lastRunAt: at(due),
      nextRunAt: at(due + HOUR),
      version: 1,
    })
    // The clock is nobody: its runs are in the history of the schedule.
    expect(await world.auditOf(id)).toEqual(['schedules.schedule.created'])
  })

  it('twenty times at once does nothing twice', async () => {
    const world = await trialWorld()
    const { id } = await world.create()
    world.travel(HOUR)
    await Promise.all(Array.from({ length: 20 }, () => world.ownTick()))
    expect(world.noted).toHaveLength(1)
    expect(await world.runsOf(id)).toHaveLength(1)
    const jobs = await world.rows(
      "SELECT id FROM jobs WHERE tenant_id = ? AND name = 'tasks:run'",
      world.tenantId,
    )
    expect(jobs).toHaveLength(1)
  })

  it('whose commit answers late, or not at all, starts nothing twice', async () => {
    let driver: FaultyDriver | undefined
    const world = await trialWorld({
      env: { DATABASE_RETRIES: '0' },
      wrapDriver: (real) => (driver = createFaultyDriver(real)),
    })
    const { id } = await world.create()
    world.travel(HOUR)
    if (!driver) throw new Error('no driver')
    driver.fault = ({ statements }) =>
      statements.some(({ sql }) => sql.includes('INSERT INTO schedule_runs'))
        ? { kind: 'fail-after' }
        : undefined
    await world.ownTick()
    driver.fault = () => undefined
    await world.ownTick()
    expect(world.noted).toHaveLength(1)
    expect(await world.runsOf(id)).toHaveLength(1)
  })

  it('leaves what another tenant has switched off, and a suspended tenant, alone', async () => {
    const world = await trialWorld()
    const { id } = await world.create()
    await world.rows("UPDATE tenants SET status = 'suspended' WHERE id = ?", world.tenantId)
    await world.deps().tenants.refresh(world.tenantId)
    world.travel(HOUR)
    await world.ownTick()
    expect(world.noted).toEqual([])
    await world.rows("UPDATE tenants SET status = 'active' WHERE id = ?", world.tenantId)
    await world.deps().tenants.refresh(world.tenantId)
    expect(await world.runsOf(id)).toEqual([])
    world.travel(HOUR)
    await world.ownTick()
    expect(world.noted).toHaveLength(1)
  })
})

describe('a schedule whose task fails', () => {
  it('stops no other, is tried again, and tells why it has failed', async () => {
    const world = await trialWorld()
    const { id } = await world.create({ name: 'poisoned', task: 'trial:fail', cron: '0 0 1 1 *' })
    await world.create()
    await world.rows(
      'UPDATE schedules SET next_run_at = ? WHERE tenant_id = ? AND id = ?',
      world.clock.now(),
      world.tenantId,
      id,
    )
    world.travel(HOUR)
    for (let minute = 0; minute < 60; minute += 10) {
      await world.ownTick()
      world.travel(10 * MINUTE)
    }
    expect(world.noted).toHaveLength(1)
    expect(await world.runsOf(id)).toMatchObject([
      { outcome: 'failed', error: expect.stringContaining('poison') },
    ])
  })

  it('for an input that its task refuses by now is not tried again', async () => {
    const world = await trialWorld()
    const { id } = await world.create()
    await world.rows(
      'UPDATE schedules SET input = ? WHERE tenant_id = ?',
      '{"text":1}',
      world.tenantId,
    )
    world.travel(HOUR)
    await world.ownTick()
    expect(await world.runsOf(id)).toMatchObject([
      { outcome: 'failed', error: expect.stringContaining('the input is not valid') },
    ])
  })
})

describe('instants that were missed', () => {
  /** Nobody ticks for five and a half hours; then cron is back. */
  async function afterOutage(missed: string) {
    const world = await trialWorld()
    const start = world.clock.now()
    const { id } = await world.create({ missed })
    world.travel(5 * HOUR + 30 * MINUTE)
    await world.ownTick()
    const runs = await world.runsOf(id)
    const next = await world.read(id)
    expect(next.nextRunAt).toBe(at(start + 6 * HOUR))
    const hours = runs.map(({ scheduledFor }) => (Date.parse(scheduledFor) - start) / HOUR)
    return { world, id, runs, hours }
  }

  it('are made up for once', async () => {
    const { world, runs, hours } = await afterOutage('once')
    expect(hours).toEqual([5])
    expect(runs).toMatchObject([{ outcome: 'succeeded', missed: 4 }])
    expect(world.noted).toHaveLength(1)
  })

  it('are each made up for', async () => {
    const { world, runs, hours } = await afterOutage('all')
    expect(hours).toEqual([1, 2, 3, 4, 5])
    expect(runs.every(({ outcome }) => outcome === 'succeeded')).toBe(true)
    expect(world.noted).toHaveLength(5)
  })

  it('are left out, and told', async () => {
    const { world, id, runs } = await afterOutage('skip')
    expect(runs).toMatchObject([{ outcome: 'skipped', missed: 4, jobId: null }])
    expect(world.noted).toEqual([])
    world.travel(30 * MINUTE + 2 * MINUTE)
    await world.ownTick()
    expect(await world.runsOf(id)).toMatchObject([{}, { outcome: 'succeeded' }])
  })

  it('are made up for up to a bound, the latest ones', async () => {
    const world = await trialWorld()
    const { id } = await world.create({ missed: 'all', cron: '* * * * *' })
    world.travel(DAY)
    await world.ownTick()
    const runs = await world.runsOf(id)
    expect(runs).toHaveLength(limits.schedules.madeUpFor)
    expect(runs[0]).toMatchObject({
      missed: limits.schedules.missed - limits.schedules.madeUpFor,
      scheduledFor: at(world.clock.now() - (limits.schedules.madeUpFor - 1) * MINUTE),
    })
    expect(world.noted).toHaveLength(limits.schedules.madeUpFor)
  })
})

describe('a schedule in a time zone', () => {
  /** The instants at which a schedule of Berlin runs in some days, ticked every quarter of an hour. */
  async function runsFrom(start: string, cron: string, days: number): Promise<string[]> {
    const world = await trialWorld()
    world.travel(start)
    const body = { name: 'berlin', cron, timezone: 'Europe/Berlin', task: 'trial:note' }
    const ctx = await world.system()
    const { createSchedule } = await import('../../../src/modules/schedules/service/schedules.ts')
    const made = await createSchedule(world.deps(), ctx, {
      ...body,
      description: '',
      input: {},
      missed: 'once',
    })
    const runs: string[] = []
    for (let quarter = 0; quarter < days * 24 * 4; quarter++) {
      const { nextRunAt } = await nextOf(world, made.id)
      if (nextRunAt !== null && nextRunAt <= world.clock.now()) {
        await world.ownTick()
        runs.push(at(nextRunAt))
      }
      world.travel(15 * MINUTE)
    }
    return runs
  }

  const nextOf = async (world: Awaited<ReturnType<typeof trialWorld>>, id: string) => {
    const [row] = await world.rows<{ nextRunAt: number | null }>(
      'SELECT next_run_at AS nextRunAt FROM schedules WHERE tenant_id = ? AND id = ?',
      world.tenantId,
      id,
    )
    return row ?? { nextRunAt: null }
  }

  it('runs once a day when clocks go forward over its time', async () => {
    expect(await runsFrom('2029-03-24T00:00:00Z', '30 2 * * *', 3)).toEqual([
      '2029-03-24T01:30:00.000Z',
      '2029-03-25T01:00:00.000Z',
      '2029-03-26T00:30:00.000Z',
    ])
  })

  it('runs once a day when clocks go back over its time', async () => {
    expect(await runsFrom('2029-10-27T00:00:00Z', '30 2 * * *', 3)).toEqual([
      '2029-10-27T00:30:00.000Z',
      '2029-10-28T00:30:00.000Z',
      '2029-10-29T01:30:00.000Z',
    ])
  })
})

describe('schedules of many tenants', () => {
  it('run for their own tenant alone', async () => {
    const [one, other] = [await trialWorld(), await trialWorld()]
    await one.create({ input: { text: 'one' } })
    const theirs = await other.create({ input: { text: 'other' } })
    one.travel(HOUR)
    await one.ownTick()
    await drain(one.isolate, PRIMARY_SHARD, other.tenantId)
    expect(one.noted).toEqual(['one'])
    expect(one.foreign).toEqual([`${other.slug} other`])
    const rows = await one.rows<{ tenantId: string }>(
      "SELECT tenant_id AS tenantId FROM jobs WHERE name = 'tasks:run' AND tenant_id IN (?, ?)",
      one.tenantId,
      other.tenantId,
    )
    expect(rows.map(({ tenantId }) => tenantId).toSorted()).toEqual(
      [one.tenantId, other.tenantId].toSorted(),
    )
    expect(await one.runsOf(theirs.id)).toEqual([])
    expect(await other.runsOf(theirs.id)).toHaveLength(1)
  })
})

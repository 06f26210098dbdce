import { afterEach, describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { createWorld } from '../../support/world.ts'
import {
  HOUR,
  MINUTE,
  SCHEDULES,
  type Told,
  forgetSchedules,
  refusal,
  trialWorld,
} from './support.ts'

const at = (milliseconds: number) => new Date(milliseconds).toISOString()

afterEach(forgetSchedules)

describe('a schedule', () => {
  it('is made for a task, and tells when it runs next', async () => {
    const world = await trialWorld()
    const made = await world.create({ input: { text: 'so' } })
    expect(made).toMatchObject({
      name: 'trial',
      timezone: 'UTC',
      missed: 'once',
      input: { text: 'so' },
      isPaused: false,
      isDeclared: false,
      nextRunAt: at(world.clock.now() + HOUR),
      lastRunAt: null,
      version: 1,
    })
    expect(await world.read(made.id)).toEqual(made)
    expect(await world.eventsOf(made.id)).toEqual(['schedules.schedule.created'])
  })

  it('is changed on the version that was seen, and moves with its expression', async () => {
    const world = await trialWorld()
    const { id } = await world.create()
    const patch = (tag: string) =>
      world.admin.fetch('PATCH', `${SCHEDULES}/${id}`, {
        body: { cron: '30 * * * *' },
        headers: { 'if-match': tag },
      })
    const changed = await patch('"1"')
    expect(await changed.json()).toMatchObject({
      cron: '30 * * * *',
      nextRunAt: at(world.clock.now() + 30 * MINUTE),
      version: 2,
    })
    expect(await refusal(await patch('"1"'))).toEqual([412, 'precondition_failed'])
  })

  it('is gone after it was deleted, for this tenant alone', async () => {
    const world = await trialWorld()
    const { id } = await world.create()
    const headers = { 'if-match': '*' }
    const stranger = await (await createWorld()).as('admin')
    for (const [method, path] of [
      ['GET', id],
      ['POST', `${id}/pause`],
      ['POST', `${id}/runs`],
      ['DELETE', id],
    ] as const) {
      const answer = await stranger.fetch(method, `${SCHEDULES}/${path}`, { headers })
      expect(await refusal(answer), `${method} ${path}`).toEqual([404, 'not_found'])
    }
    expect(await stranger.json('GET', `/api/v1/schedule-runs?scheduleId=${id}`)).toMatchObject({
      items: [],
    })
    const gone = await world.admin.fetch('DELETE', `${SCHEDULES}/${id}`, { headers })
    expect(gone.status).toBe(204)
    expect((await world.admin.fetch('GET', `${SCHEDULES}/${id}`)).status).toBe(404)
    world.travel(2 * HOUR)
    await world.ownTick()
    expect(world.noted).toEqual([])
  })

  it.each([
    [{ cron: '61 * * * *' }, '/cron'],
    [{ cron: '* * * * * *' }, '/cron'],
    [{ cron: '2030-01-01T00:00:00' }, '/cron'],
    [{ cron: '0 0 31 2 *' }, '/cron'],
    [{ timezone: 'Mars/Olympus' }, '/timezone'],
    [{ task: 'trial:nothing' }, '/task'],
    [{ input: { text: 5 } }, '/input/text'],
    [{ input: { text: 'x'.repeat(limits.schedules.input) } }, '/input'],
    [{ name: 'blog:publish-due' }, '/name'],
  ])('is refused with %o', async (body, pointer) => {
    const world = await trialWorld()
    const answer = await world.admin.fetch('POST', SCHEDULES, {
      body: { name: 'trial', cron: '0 * * * *', task: 'trial:note', ...body },
    })
    expect(answer.status).toBe(422)
    const { errors } = await answer.json<{ errors: { pointer: string }[] }>()
    expect(errors.map((error) => error.pointer)).toEqual([pointer])
  })

  it('has a name of its own in the tenant, and a tenant has a bounded number of them', async () => {
    const world = await trialWorld()
    await world.create()
    const post = (name: string) =>
      world.admin.fetch('POST', SCHEDULES, {
        body: { name, cron: '0 0 1 1 *', task: 'trial:note' },
      })
    expect(await refusal(await post('trial'))).toEqual([409, 'schedules.name_taken'])
    for (let count = 1; count < limits.schedules.ofTenant; count++)
      expect((await post(`trial-${count}`)).status).toBe(201)
    expect(await refusal(await post('one-more'))).toEqual([409, 'schedules.too_many'])
  })

  it('is for whoever may manage schedules and run the task', async () => {
    const world = await trialWorld()
    const body = { name: 'trial', cron: '0 * * * *', task: 'trial:mighty' }
    const create = async (role: 'manager' | 'admin' | 'super_admin', task = 'trial:mighty') =>
      (await world.as(role)).fetch('POST', SCHEDULES, { body: { ...body, task } })
    expect(await refusal(await create('manager'))).toEqual([403, 'forbidden'])
    expect(await refusal(await create('admin'))).toEqual([403, 'forbidden'])
    expect((await create('super_admin')).status).toBe(201)
    expect(await refusal(await create('admin', 'trial:secret'))).toEqual([
      409,
      'schedules.at_once_only',
    ])
  })

  it('is the same over GraphQL', async () => {
    const world = await trialWorld()
    const created = await world.admin.graphql<{ createSchedule: Told }>(
      `mutation ($input: CreateScheduleInput!) {
        createSchedule(input: $input) { id name missed inputJson } }`,
      {
        input: {
          name: 'trial',
          cron: '0 * * * *',
          task: 'trial:note',
          missed: 'all',
          inputJson: '{"text":"so"}',
        },
      },
    )
    expect(created.data?.createSchedule).toMatchObject({
      missed: 'all',
      inputJson: '{"text":"so"}',
    })
    const wrong = await world.admin.graphql(
      `mutation { createSchedule(input: {name: "x", cron: "* * * * *", task: "trial:note",
        inputJson: "["}) { id } }`,
    )
    expect(wrong.errors?.[0]?.extensions.code).toBe('INVALID_INPUT')
    const listed = await world.admin.graphql('{ schedules { items { name task } } }')
    expect(listed.data).toEqual({
      schedules: { items: [{ name: 'trial', task: 'trial:note' }] },
    })
  })
})

describe('a schedule that rests', () => {
  it('runs nothing, and makes up for nothing when it is resumed', async () => {
    const world = await trialWorld()
    const { id } = await world.create({ missed: 'all' })
    const act = (action: string) => world.admin.json<Told>('POST', `${SCHEDULES}/${id}/${action}`)
    expect(await act('pause')).toMatchObject({ isPaused: true, nextRunAt: null, version: 2 })
    expect(await act('pause')).toMatchObject({ version: 2 })
    world.travel(3 * HOUR)
    await world.ownTick()
    expect(await world.runsOf(id)).toEqual([])
    expect(await act('resume')).toMatchObject({
      isPaused: false,
      nextRunAt: at(world.clock.now() + HOUR),
    })
    await world.ownTick()
    expect(world.noted).toEqual([])
    world.travel(HOUR)
    await world.ownTick()
    expect(world.noted).toHaveLength(1)
  })

  it('runs when somebody asks for it, and its next instant stays', async () => {
    const world = await trialWorld()
    const { id, nextRunAt } = await world.create({ input: { text: 'asked' } })
    const answer = await world.admin.fetch('POST', `${SCHEDULES}/${id}/runs`)
    expect(answer.status).toBe(202)
    const run = await answer.json<{ jobId: string }>()
    expect(run).toMatchObject({ reason: 'asked', outcome: 'waiting' })
    expect(await world.runsOf(id)).toMatchObject([{ outcome: 'waiting', jobId: run.jobId }])
    await world.drain()
    expect(world.noted).toEqual(['asked'])
    expect(await world.runsOf(id)).toMatchObject([{ outcome: 'succeeded', error: null }])
    expect(await world.read(id)).toMatchObject({ nextRunAt, lastRunAt: null })
  })
})

import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { type World, createWorld } from '../../support/world.ts'
import { addJob, putInto } from './support.ts'

interface Job {
  readonly id: string
  readonly state: string
  readonly attempts: number
  readonly cancelRequestedAt: string | null
  readonly finishedAt: string | null
}

const stateOf = async (world: World, id: string): Promise<string | undefined> => {
  const [row] = await world.rows<{ state: string }>('SELECT state FROM jobs WHERE id = ?', id)
  return row?.state
}

describe('the list of jobs', () => {
  it('is newest first, by state and by name', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const first = await addJob(world)
    const second = await addJob(world)
    const other = await addJob(world, { name: 'trial:other' })
    await putInto(world, second, 'dead')
    const idsOf = async (query: string) => {
      const page = await admin.json<{ items: Job[] }>('GET', `/api/v1/jobs?${query}`)
      return page.items.map(({ id }) => id)
    }
    expect(await idsOf('name=trial:work')).toEqual([second, first])
    expect(await idsOf('name=trial:work&state=dead')).toEqual([second])
    expect(await idsOf('state=dead')).toEqual([second])
    expect((await idsOf('')).slice(0, 3)).toEqual([other, second, first])
  })

  it('says nothing of payloads, over both doors', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    await addJob(world)
    const answer = await admin.fetch('GET', '/api/v1/jobs')
    expect(await answer.text()).not.toContain('ada@people.example')
    const { data } = await admin.graphql<{ jobs: { items: Job[] } }>(
      '{ jobs(name: "trial:work", state: queued) { items { id state } } }',
    )
    expect(data?.jobs.items).toMatchObject([{ state: 'queued' }])
  })

  it('is for those who may read jobs', async () => {
    const world = await createWorld()
    const manager = await world.as('manager')
    expect((await manager.fetch('GET', '/api/v1/jobs')).status).toBe(403)
    expect((await world.anonymous.fetch('GET', '/api/v1/jobs')).status).toBe(401)
  })
})

describe('a job', () => {
  it('is read with its tries, and with its payload by those who may manage jobs', async () => {
    const world = await createWorld()
    const id = await addJob(world, { uniqueKey: 'ada' })
    await putInto(world, id, 'dead')
    const admin = await world.as('admin')
    expect(await admin.json('GET', `/api/v1/jobs/${id}`)).toMatchObject({
      id,
      state: 'dead',
      lastError: 'Error: down',
      history: [{ attempt: 1, outcome: 'failed', error: 'Error: down' }],
      contents: { payload: { email: 'ada@people.example' }, result: null, uniqueKey: 'ada' },
    })
    const { data } = await admin.graphql<{ job: unknown }>(
      `{ job(id: "${id}") { state payloadJson uniqueKey history { outcome } } }`,
    )
    expect(data?.job).toEqual({
      state: 'dead',
      payloadJson: '{"email":"ada@people.example"}',
      uniqueKey: 'ada',
      history: [{ outcome: 'failed' }],
    })
  })

  it('hides what it holds from those who may only read jobs', async () => {
    const world = await createWorld()
    const id = await addJob(world, { uniqueKey: 'ada' })
    await world.rows(
      `INSERT INTO role_permissions (tenant_id, role, permission) VALUES (?, 'manager', 'jobs:read')`,
      world.tenantId,
    )
    await world.deps().tenants.refresh(world.tenantId)
    const manager = await world.as('manager')
    const job = await manager.json('GET', `/api/v1/jobs/${id}`)
    expect(job).toMatchObject({ id, contents: null })
    expect(JSON.stringify(job)).not.toContain('ada')
    const { data } = await manager.graphql<{ job: unknown }>(
      `{ job(id: "${id}") { payloadJson resultJson progressNote uniqueKey } }`,
    )
    expect(data?.job).toEqual({
      payloadJson: null,
      resultJson: null,
      progressNote: null,
      uniqueKey: null,
    })
    expect((await manager.fetch('POST', `/api/v1/jobs/${id}/cancel`)).status).toBe(403)
  })
})

describe('cancelling', () => {
  it('ends a job that waits at once', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const id = await addJob(world)
    const job = await admin.json<Job>('POST', `/api/v1/jobs/${id}/cancel`)
    expect(job).toMatchObject({ id, state: 'cancelled' })
    expect(await admin.json('GET', `/api/v1/jobs/${id}`)).toMatchObject(job)
    expect(await admin.json('POST', `/api/v1/jobs/${id}/cancel`)).toEqual(job)
    expect(await world.auditOf(id)).toEqual(['jobs.job.cancelled'])
  })

  it('asks a job that is at work to end', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const id = await addJob(world)
    await putInto(world, id, 'running')
    const job = await admin.json<Job>('POST', `/api/v1/jobs/${id}/cancel`)
    expect(job).toMatchObject({ state: 'running', finishedAt: null })
    expect(job.cancelRequestedAt).not.toBeNull()
    expect(await admin.json('GET', `/api/v1/jobs/${id}`)).toMatchObject(job)
    expect(await world.auditOf(id)).toEqual(['jobs.job.cancel_requested'])
  })

  it('is refused for a job that has ended', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const id = await addJob(world)
    await putInto(world, id, 'done')
    const answer = await admin.fetch('POST', `/api/v1/jobs/${id}/cancel`)
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ code: 'jobs.state_refused' })
  })
})

describe('a retry by hand', () => {
  it('has a dead job wait again from its first try on, and keeps its history', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const id = await addJob(world)
    await putInto(world, id, 'dead')
    const { data } = await admin.graphql<{ retryJob: Job }>(
      `mutation { retryJob(id: "${id}") { state attempts finishedAt } }`,
    )
    expect(data?.retryJob).toEqual({ state: 'queued', attempts: 0, finishedAt: null })
    await world.drain()
    expect(await admin.json('GET', `/api/v1/jobs/${id}`)).toMatchObject({
      lastError: 'unknown job trial:work version 1',
      history: [{ attempt: 1, outcome: 'failed' }],
    })
    expect(await world.auditOf(id)).toEqual(['jobs.job.retried'])
  })

  it('is refused while the job waits, and while another has its unique key', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const id = await addJob(world, { uniqueKey: 'one' })
    const code = async () => {
      const answer = await admin.fetch('POST', `/api/v1/jobs/${id}/retry`)
      return (await answer.json<{ code: string }>()).code
    }
    expect(await code()).toBe('jobs.state_refused')
    await putInto(world, id, 'dead')
    await addJob(world, { uniqueKey: 'one' })
    expect(await code()).toBe('jobs.already_queued')
    expect(await stateOf(world, id)).toBe('dead')
  })

  it('of many takes those of the filter, and one of each unique key', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const dead = async (change: Parameters<typeof addJob>[1]) => {
      const id = await addJob(world, change)
      await putInto(world, id, 'dead')
      return id
    }
    const plain = await dead({})
    const first = await dead({ uniqueKey: 'one' })
    const twin = await dead({ uniqueKey: 'one' })
    const blocked = await dead({ uniqueKey: 'two' })
    await addJob(world, { uniqueKey: 'two' })
    const other = await dead({ name: 'trial:other' })
    const body = { name: 'trial:work' }
    const later = new Date(world.clock.now() + 1).toISOString()
    expect(
      await admin.json('POST', '/api/v1/jobs/retry', { body: { ...body, since: later } }),
    ).toEqual({ count: 0, hasMore: false })
    expect(await admin.json('POST', '/api/v1/jobs/retry', { body })).toEqual({
      count: 2,
      hasMore: false,
    })
    const states = await Promise.all(
      [plain, first, twin, blocked, other].map((id) => stateOf(world, id)),
    )
    expect(states).toEqual(['queued', 'queued', 'dead', 'dead', 'dead'])
  })

  it('of more than one call may change leaves the rest and says so', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    await world.rows(
      `INSERT INTO jobs (tenant_id, id, name, version, payload, state, priority, due_at,
          max_attempts, actor_kind, correlation_id, trace_id, created_at, finished_at)
        SELECT ?1, 'job-' || value, 'trial:many', 1, 'null', 'dead', 1, 0, 1, 'system', 'c', 't', 0, 0
        FROM json_each(?2)`,
      world.tenantId,
      JSON.stringify(Array.from({ length: limits.jobs.retry + 1 }, (_, n) => n)),
    )
    const { data } = await admin.graphql<{ retryJobs: unknown }>(
      'mutation { retryJobs(name: "trial:many") { count hasMore } }',
    )
    expect(data?.retryJobs).toEqual({ count: limits.jobs.retry, hasMore: true })
    expect(
      await admin.json('POST', '/api/v1/jobs/retry', { body: { name: 'trial:many' } }),
    ).toEqual({ count: 1, hasMore: false })
  })
})

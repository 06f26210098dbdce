import { afterEach, describe, expect, it } from 'vitest'
import { forgetSchedules, refusal, trialWorld } from '../modules/schedules/support.ts'
import { createControl } from '../modules/tenants/control.ts'
import { createWorld } from '../support/world.ts'

afterEach(forgetSchedules)

const run = (name: string) => `/api/v1/tasks/${name}/runs`

describe('the tasks', () => {
  it('are listed by name with the schema of their input and where they run', async () => {
    const admin = await (await createWorld()).as('admin')
    const { items } = await admin.json<{ items: { name: string }[] }>(
      'GET',
      '/api/v1/tasks?limit=100',
    )
    const names = items.map(({ name }) => name)
    expect(names).toEqual(names.toSorted())
    expect(names).toEqual(
      expect.arrayContaining([
        'blog:import',
        'cache:warm',
        'cleanup',
        'rbac:sync',
        'tenants:create',
        'users:create',
      ]),
    )
    expect(items.find(({ name }) => name === 'cache:warm')).toMatchObject({
      module: 'tenants',
      path: '/api/v1/tenants/tasks/warm',
      permissions: ['maintenance:run'],
      inBackground: true,
      inputSchema: { properties: { limit: { type: 'integer', maximum: 1000 } } },
    })
    expect(items.find(({ name }) => name === 'users:create')).toMatchObject({ inBackground: false })
  })

  it('of a module that is switched off are not there', async () => {
    const world = await createWorld({ modules: [] })
    const admin = await world.as('super_admin')
    const { items } = await admin.json<{ items: { module: string }[] }>(
      'GET',
      '/api/v1/tasks?limit=100',
    )
    expect(items.map(({ module }) => module)).not.toContain('blog')
    const answer = await admin.fetch('POST', run('blog:import'), { body: { input: { items: [] } } })
    expect(await refusal(answer)).toEqual([404, 'not_found'])
  })
})

describe('a task in the background', () => {
  it('runs once as a job, whose id is answered, also when the request is repeated', async () => {
    const world = await trialWorld()
    const ask = () =>
      world.admin.fetch('POST', run('trial:note'), {
        body: { input: { text: 'so' } },
        headers: { 'idempotency-key': 'one' },
      })
    const answer = await ask()
    expect(answer.status).toBe(202)
    const started = await answer.json<{ jobId: string }>()
    expect(await (await ask()).json()).toEqual(started)
    await world.drain()
    expect(world.noted).toEqual(['so'])
    const jobs = await world.rows(
      "SELECT id, state, result FROM jobs WHERE tenant_id = ? AND name = 'tasks:run'",
      world.tenantId,
    )
    expect(jobs).toEqual([{ id: started.jobId, state: 'done', result: '{"by":"system"}' }])
  })

  it('is refused where it would be refused at once, and adds no job', async () => {
    const world = await trialWorld()
    const ask = async (name: string, body: unknown = {}) =>
      refusal(await world.admin.fetch('POST', run(name), { body }))
    expect(await ask('trial:nothing')).toEqual([404, 'not_found'])
    expect(await ask('trial:mighty')).toEqual([403, 'forbidden'])
    expect(await ask('trial:note', { input: { text: 5 } })).toEqual([422, 'invalid_input'])
    expect(await ask('trial:secret')).toEqual([409, 'schedules.at_once_only'])
    const manager = await world.as('manager')
    const denied = await manager.fetch('POST', run('trial:note'), { body: {} })
    expect(await refusal(denied)).toEqual([403, 'forbidden'])
    const jobs = await world.rows(
      "SELECT id FROM jobs WHERE tenant_id = ? AND name = 'tasks:run'",
      world.tenantId,
    )
    expect(jobs).toEqual([])
  })

  it('may write in the tenant that it makes', async () => {
    const { world, operator, fresh } = await createControl()
    const slug = fresh()
    await operator.json('POST', run('tenants:create'), { body: { input: { slug, name: 'New' } } })
    await world.drain()
    expect(await world.deps().tenants.find({ kind: 'slug', value: slug })).toMatchObject({ slug })
  })

  it('over GraphQL answers the job too', async () => {
    const world = await trialWorld()
    const { data } = await world.admin.graphql<{ runTask: { jobId: string } }>(
      `mutation { runTask(name: "trial:note", inputJson: "{\\"text\\":\\"g\\"}") { jobId } }`,
    )
    expect(data?.runTask.jobId).toBeTruthy()
    await world.drain()
    expect(world.noted).toEqual(['g'])
  })
})

describe('a task at once', () => {
  it('makes a user, whose password no job has seen', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const email = `new@${world.slug}.example`
    const input = { email, name: 'New', password: 'three blind mice run', roles: ['customer'] }
    expect(await admin.json('POST', '/api/v1/auth/tasks/create', { body: input })).toMatchObject({
      email,
      roles: ['customer'],
    })
    const refused = await admin.fetch('POST', run('users:create'), { body: { input } })
    expect(await refusal(refused)).toEqual([409, 'schedules.at_once_only'])
  })

  it('writes the snapshots of tenants into the shared cache', async () => {
    const { world, operator, create } = await createControl()
    const { id } = await create()
    const { CACHE } = world.isolate.env
    const key = `tenant:v2:id:${id}`
    const { keys } = await CACHE.list({ prefix: 'tenant:' })
    const own = keys.find(({ name }) => name.includes(id))?.name ?? key
    await CACHE.delete(own)
    const path = '/api/v1/tenants/tasks/warm'
    // Tenants of other tests may be of a time to come, and newer.
    const sql = "SELECT count(*) AS newest FROM tenants WHERE status = 'active' AND id >= ?"
    const [counted] = await world.rows<{ newest: number }>(sql, id)
    const limit = counted?.newest
    const warm = operator.json<{ warmed: number }>('POST', path, { body: { limit } })
    expect(await warm).toMatchObject({ warmed: limit })
    expect(await CACHE.get(own)).toContain(id)
    const stranger = await (await createWorld()).as('super_admin')
    const answer = await stranger.fetch('POST', path, { body: {} })
    expect(await refusal(answer)).toEqual([404, 'not_found'])
  })
})

import { drain } from '../../../src/app/delivery/drain.ts'
import { PRIMARY_SHARD } from '../../../src/ports/database.ts'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { runSchedules } from '../../../src/app/scheduled.ts'
import { defineModule } from '../../../src/ports/module.ts'
import type { ScheduleDefinition } from '../../../src/kernel/module.ts'
import { systemContext } from '../../../src/kernel/context.ts'
import { endControl } from '../../support/no-control.ts'
import { type World, createWorld, signInTo } from '../../support/world.ts'
import { MINUTE, SCHEDULES, type Told } from './support.ts'

const declared = (name: string) =>
  env.DB.prepare(
    `SELECT tenant_id AS tenantId, cron, description, is_paused AS isPaused, version FROM schedules
      WHERE name = ?`,
  )
    .bind(name)
    .first<{ tenantId: string; cron: string; description: string; version: number }>()

/** The same isolate after a deployment whose release declares something else. */
function released(world: World, schedules: readonly ScheduleDefinition[]): World['isolate'] {
  const { isolate } = world
  const trial = defineModule({ slug: 'trial', title: 'Trial', kind: 'core', schedules })
  return { ...isolate, shared: { ...isolate.shared, modules: [...isolate.shared.modules, trial] } }
}

const nightly = {
  name: 'trial:nightly',
  description: 'Every night',
  cron: '0 3 1 1 *',
  task: 'rbac:sync',
  missed: 'once',
} as const

describe('what a release declares', () => {
  it('is there after the first tick, without any tenant to own it, and once', async () => {
    const world = await createWorld()
    await endControl()
    await env.DB.prepare('DELETE FROM schedules').run()
    await Promise.all([world, world, world].map(({ isolate }) => runSchedules(isolate)))
    expect(await declared('blog:publish-due')).toMatchObject({
      tenantId: 'deployment',
      cron: '* * * * *',
      version: 1,
    })
    world.clock.advance(MINUTE)
    await runSchedules(world.isolate)
    await runSchedules(world.isolate)
    await drain(world.isolate, PRIMARY_SHARD, 'deployment')
    await runSchedules(world.isolate)
    const { results } = await env.DB.prepare(
      `SELECT r.outcome FROM schedule_runs r JOIN schedules s ON s.id = r.schedule_id
        WHERE s.name = 'blog:publish-due'`,
    ).all()
    expect(results).toEqual([{ outcome: 'succeeded' }, { outcome: 'succeeded' }])
  })

  it('follows the release, keeps what an operator has changed, and goes with its declaration', async () => {
    const world = await createWorld()
    await runSchedules(released(world, [nightly]))
    expect(await declared(nightly.name)).toMatchObject({ cron: '0 3 1 1 *', version: 1 })
    await runSchedules(released(world, [{ ...nightly, cron: '0 4 1 1 *' }]))
    expect(await declared(nightly.name)).toMatchObject({ cron: '0 4 1 1 *', version: 2 })
    await env.DB.prepare("UPDATE schedules SET cron = '0 5 1 1 *' WHERE name = ?")
      .bind(nightly.name)
      .run()
    const next = { ...nightly, cron: '0 6 1 1 *', description: 'Once a night' }
    await runSchedules(released(world, [next]))
    expect(await declared(nightly.name)).toMatchObject({
      cron: '0 5 1 1 *',
      description: 'Once a night',
      version: 3,
    })
    await runSchedules(world.isolate)
    expect(await declared(nightly.name)).toBeNull()
  })

  it('belongs to the control tenant, whose operators pause and change it but cannot delete it', async () => {
    await endControl()
    const first = {
      FIRST_ADMIN_EMAIL: 'first@platform.example',
      FIRST_ADMIN_PASSWORD: 'three blind mice',
    }
    const world = await createWorld({ env: first })
    await runSchedules(world.isolate)
    const deps = world.deps()
    const control = await deps.tenants.find({ kind: 'slug', value: 'control' })
    if (!control) throw new Error('no control tenant')
    expect(await declared('blog:publish-due')).toMatchObject({ tenantId: control.id })

    const call = { name: 'test', permissions: [], id: deps.ids.next(), now: world.clock.now() }
    const { accessToken } = await signInTo(
      { ...deps, hasher: world.isolate.shared.hasher },
      systemContext(control, call),
      first.FIRST_ADMIN_EMAIL,
      first.FIRST_ADMIN_PASSWORD,
    )
    const origin = 'https://control.rustok.test'
    const headers = { authorization: `Bearer ${accessToken}`, 'if-match': '*' }
    const { anonymous } = world
    const { items } = await anonymous.json<{ items: (Told & { isDeclared: boolean })[] }>(
      'GET',
      origin + SCHEDULES,
      { headers },
    )
    const due = items.find(({ name }) => name === 'blog:publish-due')
    expect(due).toMatchObject({ isDeclared: true, isPaused: false })
    const path = `${origin}${SCHEDULES}/${due?.id}`
    expect((await anonymous.fetch('DELETE', path, { headers })).status).toBe(409)
    const paused = await anonymous.json('POST', `${path}/pause`, { headers })
    expect(paused).toMatchObject({ isPaused: true })
    await runSchedules(world.isolate)
    expect(await anonymous.json('GET', path, { headers })).toMatchObject({ isPaused: true })
    await anonymous.json('POST', `${path}/resume`, { headers })
    await endControl()
  })
})

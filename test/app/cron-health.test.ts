import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/limits.ts'
import { type World, createWorld } from '../support/world.ts'

const readiness = async (world: World) => {
  const response = await world.anonymous.fetch('GET', '/health/ready')
  const { status, checks } = await response.json<{
    status: string
    checks: { name: string; status: string }[]
  }>()
  return [response.status, status, checks.find(({ name }) => name === 'cron')?.status]
}

describe('readiness', () => {
  it('is degraded, and still 200, when cron has been silent for more than five minutes', async () => {
    const world = await createWorld()
    await world.tick()
    world.clock.advance(limits.schedules.silentMilliseconds)
    expect(await readiness(world)).toEqual([200, 'ok', 'ok'])
    world.clock.advance(1)
    expect(await readiness(world)).toEqual([200, 'degraded', 'degraded'])
    await world.tick()
    expect(await readiness(world)).toEqual([200, 'ok', 'ok'])
  })

  it('does not wait for the first tick of a young deployment, but for that of an older one', async () => {
    const world = await createWorld()
    await env.DB.prepare('DELETE FROM heartbeats').run()
    const oldest = await env.DB.prepare(
      'SELECT created_at AS since FROM tenants ORDER BY id',
    ).first<{
      since: number
    }>()
    world.clock.advance((oldest?.since ?? 0) - world.clock.now())
    expect(await readiness(world)).toEqual([200, 'ok', 'ok'])
    world.clock.advance(limits.schedules.silentMilliseconds + 1)
    expect(await readiness(world)).toEqual([200, 'degraded', 'degraded'])
  })
})

import { describe, expect, it } from 'vitest'
import { serve } from '../../../src/app/fetch.ts'
import { createFaultyWorld } from '../../modules/commit/support.ts'
import { type World, createWorld } from '../../support/world.ts'

const get = (world: World, path: string) => world.anonymous.fetch('GET', path)

describe('health', () => {
  it('tells application, version and environment to anybody, with no tenant and no caching', async () => {
    const answer = await get(await createWorld(), 'https://127.0.0.1/health')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toMatchObject({
      status: 'ok',
      app: 'rustok-edge',
      environment: 'test',
      version: expect.any(String),
    })
  })

  it('names the modules with what they need', async () => {
    const { modules } = await (
      await get(await createWorld(), '/health/modules')
    ).json<{
      modules: { slug: string; kind: string; dependsOn: string[] }[]
    }>()
    expect(modules).toContainEqual(expect.objectContaining({ slug: 'blog', kind: 'optional' }))
    expect(modules.find(({ slug }) => slug === 'auth')?.dependsOn).toContain('tenants')
  })
})

describe('readiness', () => {
  it('is 200 while the database answers', async () => {
    const world = await createWorld()
    await world.tick()
    const answer = await get(world, '/health/ready')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      status: 'ok',
      checks: [
        { name: 'database', critical: true, status: 'ok' },
        { name: 'cache', critical: false, status: 'ok' },
        { name: 'cron', critical: false, status: 'ok' },
      ],
    })
  })

  it.each(['fail-before', 'hang'] as const)(
    'is 503 without the database (%s), while liveness and health stay 200',
    async (kind) => {
      const world = await createFaultyWorld({ DATABASE_TIMEOUT_MS: '100', DATABASE_RETRIES: '0' })
      world.driver.fault = () => ({ kind })
      const answer = await get(world, '/health/ready')
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({
        status: 'unhealthy',
        checks: [
          { name: 'database', status: 'unhealthy' },
          { name: 'cache', status: 'ok' },
          { name: 'cron', status: 'degraded' },
        ],
      })
      expect((await get(world, '/health/live')).status).toBe(200)
      expect((await get(world, '/health')).status).toBe(200)
      world.driver.fault = () => undefined
      expect((await get(world, '/health/ready')).status).toBe(200)
    },
  )

  it('is degraded, and still 200, without the cache', async () => {
    const { isolate } = await createWorld()
    const broken = new Proxy(isolate.env.CACHE, {
      get: () => () => Promise.reject(new Error('KV is down')),
    })
    const answer = await serve(
      { ...isolate, env: { ...isolate.env, CACHE: broken } },
      new Request('https://x.rustok.test/health/ready'),
    )
    expect([answer.status, (await answer.json<{ status: string }>()).status]).toEqual([
      200,
      'degraded',
    ])
  })
})

describe('a request while the database is gone', () => {
  it('is answered 503 with Retry-After, or from memory where that knows', async () => {
    const world = await createFaultyWorld({ DATABASE_RETRIES: '0' })
    await world.anonymous.json('GET', '/api/v1/blog/posts')
    world.driver.fault = () => ({ kind: 'fail-before' })
    expect((await get(world, '/api/v1/blog/posts')).status).toBe(200)
    const refused = await get(world, '/api/v1/blog/posts?limit=7')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await refused.json()).toMatchObject({ code: 'unavailable' })
  })
})

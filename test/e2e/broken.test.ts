import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWorker, callJson, startBundle } from './support/worker.ts'

let running: RunningWorker

describe('a Worker without its database', () => {
  beforeAll(async () => {
    running = await startBundle({
      vars: { DATABASE_DRIVER: 'libsql', DATABASE_URL: 'http://127.0.0.1:1' },
    })
  })

  afterAll(() => running.close())

  it('is alive but not ready, within five seconds', async () => {
    const { origin } = running
    const begin = performance.now()
    const { status, body } = await callJson(`${origin}/health/ready`)
    expect(performance.now() - begin).toBeLessThan(5_000)
    expect({ status, body }).toMatchObject({
      status: 503,
      body: {
        status: 'unhealthy',
        checks: [
          { name: 'database', critical: true, status: 'unhealthy' },
          { name: 'cache', critical: false, status: 'ok' },
          { name: 'cron', critical: false, status: 'degraded' },
        ],
      },
    })
    expect((await callJson(`${origin}/health/live`)).status).toBe(200)
    expect((await callJson(`${origin}/health`)).status).toBe(200)
  })

  it('answers 503 with a time to come back, and tells nothing of the database', async () => {
    const { status, headers, body } = await callJson(`${running.origin}/api/v1/blog/posts`, {
      headers: { 'x-tenant-id': 'demo' },
    })
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|libsql|ECONNREFUSED/)
  })
})

describe('a Worker with a wrong configuration', () => {
  beforeAll(async () => {
    running = await startBundle({
      vars: {
        LOGGER_LEVEL: 'loudest',
        DATABASE_DRIVER: 'libsql',
        LIMITS_REQUESTS_PER_MINUTE: 'many',
        CACHE_TENANT_FRESHMS: '1',
      },
      secrets: { APP_SECRET: 'too-short-to-be-secret' },
    })
  })

  afterAll(() => running.close())

  it('answers 503 to everything, without a word of what is wrong', async () => {
    for (const path of ['/health/live', '/api/v1/blog/posts', '/graphql', '/docs']) {
      const { status, body } = await callJson(`${running.origin}${path}`)
      expect({ status, body }).toMatchObject({ status: 503, body: { code: 'not_configured' } })
      expect(JSON.stringify(body)).not.toContain('LOGGER_LEVEL')
    }
  })

  it('logs one message that names every wrong key and no value', async () => {
    running.harness.clearLogs()
    await callJson(`${running.origin}/health`)
    const messages = running.harness.getLogs().map(({ message }) => message)
    expect(messages).toHaveLength(1)
    expect(messages[0]?.split('\n').slice(1).sort()).toEqual([
      expect.stringMatching(/^ {2}- APP_SECRET: must be at least/),
      '  - CACHE_TENANT_FRESHMS: is not a key of the configuration; is CACHE_TENANT_FRESH_MS meant?',
      '  - DATABASE_URL: is needed by the driver libsql',
      expect.stringMatching(/^ {2}- LIMITS_REQUESTS_PER_MINUTE: .*number/),
      expect.stringMatching(/^ {2}- LOGGER_LEVEL: .*"silent"/),
    ])
    expect(messages[0]).not.toMatch(/loudest|many|too-short/)
  })
})

import { describe, expect, it } from 'vitest'
import { createFaultyWorld } from '../../modules/commit/support.ts'
import { catchLogs } from '../../support/log-lines.ts'
import { PASSWORD, createWorld } from '../../support/world.ts'

const logging = { LOGGER_LEVEL: 'debug', LOGGER_FORMAT: 'json' }

const lines = catchLogs()

const entries = () => lines().map((line): Record<string, unknown> => JSON.parse(line))

describe('a log', () => {
  it('is one JSON object a line, with ids, tenant, operation, status and cost, and not the path', async () => {
    const world = await createWorld({ env: logging })
    const answer = await world.anonymous.fetch('GET', '/api/v1/blog/posts?locale=en', {
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    })
    const entry = entries().find(
      ({ requestId }) => requestId === answer.headers.get('x-request-id'),
    )
    expect(entry).toEqual({
      at: new Date(world.clock.now()).toISOString(),
      level: 'info',
      message: 'request',
      requestId: expect.any(String),
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      tenant: world.tenantId,
      method: 'GET',
      route: 'listPosts',
      status: 200,
      ms: 0,
      trips: 1,
      rowsRead: expect.any(Number),
      rowsWritten: 0,
    })
  })

  it('of a fault has the id that the client is told, what failed, and no SQL', async () => {
    const world = await createFaultyWorld({ ...logging, DATABASE_RETRIES: '0' })
    world.driver.fault = () => ({ kind: 'fail-before' })
    const answer = await world.anonymous.fetch('GET', '/api/v1/blog/posts?limit=3')
    const { requestId } = await answer.json<{ requestId: string }>()
    const fault = entries().find(({ level }) => level === 'error')
    expect(fault).toMatchObject({
      message: 'request failed',
      requestId,
      error: 'database: unavailable',
      cause: 'D1_ERROR: Network connection lost.',
    })
    expect(lines().join('\n')).not.toMatch(/select /i)
  })

  it('holds no password, token, key, cookie, query or body', async () => {
    const world = await createWorld({ env: logging })
    const manager = await world.as('manager')
    const secret = 'canary-5f1f3c0a2b11'
    const signedIn = await world.anonymous.json('POST', '/api/v1/auth/login', {
      headers: { 'cf-connecting-ip': '192.0.2.77', 'user-agent': 'agent-of-the-client' },
      body: { email: `manager@${world.slug}.example`, password: PASSWORD },
    })
    await world.anonymous.fetch('POST', '/api/v1/auth/login', {
      body: { email: `manager@${world.slug}.example`, password: secret },
    })
    await manager.fetch('POST', `/api/v1/blog/posts?${secret}=1`, {
      body: { title: secret, body: secret, unknown: secret },
      headers: { 'idempotency-key': secret, cookie: secret, 'x-request-id': `<${secret}>` },
    })
    await manager.graphql(`{ posts(${secret}: 1) { items { id } } }`)
    await manager.fetch('GET', '/api/v1/blog/posts', {
      headers: { authorization: `Bearer ${secret}` },
    })
    expect(lines().length).toBeGreaterThanOrEqual(5)
    const text = lines().join('\n')
    for (const hidden of [
      secret,
      PASSWORD,
      manager.token ?? '',
      String(signedIn['accessToken']),
      String(signedIn['refreshToken']),
      'manager@',
      manager.userId ?? '',
      '192.0.2.77',
      'agent-of-the-client',
    ])
      expect(text).not.toContain(hidden)
  })

  it('keeps to its level', async () => {
    const world = await createWorld({ env: { ...logging, LOGGER_LEVEL: 'error' } })
    await world.anonymous.fetch('GET', '/nothing')
    expect(lines()).toEqual([])
  })
})

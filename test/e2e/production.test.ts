import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWorker, callJson, startBundle } from './support/worker.ts'

const admin = { email: 'first@platform.example', password: 'three blind mice' }

let running: RunningWorker

beforeAll(async () => {
  running = await startBundle({
    env: 'production',
    secrets: { FIRST_ADMIN_EMAIL: admin.email, FIRST_ADMIN_PASSWORD: admin.password },
  })
})

afterAll(() => running.close())

const call = (method: string, path: string, tenant: string, token?: string, body?: unknown) =>
  callJson(`${running.origin}${path}`, {
    method,
    headers: {
      'x-tenant-id': tenant,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body }),
  })

const tick = ({ worker }: RunningWorker) =>
  worker.scheduled({ cron: '* * * * *', scheduledTime: new Date() })

describe('a fresh deployment in production', () => {
  it('has its first administrator after a tick of cron, who makes a tenant', async () => {
    expect((await call('POST', '/api/v1/auth/login', 'control', undefined, admin)).status).toBe(404)
    const { outcome } = await tick(running)
    expect(outcome).toBe('ok')
    const { body } = await call('POST', '/api/v1/auth/login', 'control', undefined, admin)
    expect(body).toMatchObject({ user: { email: admin.email, roles: ['super_admin'] } })
    const { accessToken } = Object(body)
    const shop = { slug: 'shop', name: 'Shop', modules: ['blog'] }
    const made = await call('POST', '/api/v1/tenants', 'control', accessToken, shop)
    expect(made).toMatchObject({ status: 201, body: { slug: 'shop' } })
    const posts = await call('GET', '/api/v1/blog/posts', 'shop')
    expect(posts).toMatchObject({ status: 200, body: { items: [], nextCursor: null } })
  })

  it('has no door of development', async () => {
    await expect(running.seed('dev')).rejects.toThrow('status 404')
    const metrics = await call('GET', '/metrics', 'control')
    expect(metrics).toMatchObject({ status: 404, body: { code: 'not_found' } })
    const graphiql = await fetch(`${running.origin}/graphql`, { headers: { accept: 'text/html' } })
    expect(graphiql.headers.get('content-type')).not.toContain('text/html')
    await graphiql.body?.cancel()
  })
})

describe('a deployment whose first administrator cannot be made', () => {
  it('says why in the log and goes on with its other work', async () => {
    const secrets = { FIRST_ADMIN_EMAIL: admin.email, FIRST_ADMIN_PASSWORD: 'password' }
    const refused = await startBundle({ env: 'production', secrets })
    try {
      expect((await tick(refused)).outcome).toBe('ok')
      const [message = ''] = refused.harness.getLogs().map((entry) => entry.message)
      expect(JSON.parse(message)).toMatchObject({
        level: 'error',
        initializer: 'first administrator',
        reason: 'is one of the most common passwords',
      })
    } finally {
      await refused.close()
    }
  })
})

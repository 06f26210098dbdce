import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestHarness } from 'wrangler'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from './support/until.ts'
import { type RunningWorker, callJson, startBundle } from './support/worker.ts'

let running: RunningWorker

beforeAll(async () => {
  running = await startBundle()
  await running.seed('test')
})

afterAll(() => running.close())

const tick = () => running.worker.scheduled({ cron: '* * * * *', scheduledTime: new Date() })

describe('the bundle', () => {
  it('is healthy', async () => {
    const { status, body } = await callJson(`${running.origin}/health/ready`)
    expect({ status, body }).toMatchObject({ status: 200, body: { status: 'ok' } })
  })

  it('checks passwords where no code may be generated, as on Cloudflare', async () => {
    expect(await running.logIn('demo', 'admin@demo.example')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    const { status } = await callJson(`${running.origin}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'x-tenant-id': 'demo' },
      body: { email: 'admin@demo.example', password: `${running.password}x` },
    })
    expect(status).toBe(401)
  })

  it('publishes a scheduled post at a tick of cron, and not before', async () => {
    const token = await running.logIn('demo', 'admin@demo.example')
    const headers = { 'x-tenant-id': 'demo', authorization: `Bearer ${token}` }
    const posts = `${running.origin}/api/v1/blog/posts`
    const created = await callJson(posts, {
      method: 'POST',
      headers,
      body: { title: 'Scheduled', body: 'Later.' },
    })
    const address = `${running.origin}${created.headers.get('location')}`
    const scheduled = await callJson(`${address}/publish`, {
      method: 'POST',
      headers,
      body: { publishAt: new Date(Date.now() + 2_000).toISOString() },
    })
    expect(scheduled.body).toMatchObject({ status: 'draft' })
    expect((await tick()).outcome).toBe('ok')
    expect((await callJson(address, { headers })).body).toMatchObject({ status: 'draft' })
    // The schedule is due at the next full minute.
    await until(
      'the post is published',
      async () => {
        await tick()
        return (await fetch(address, { headers: { 'x-tenant-id': 'demo' } })).status === 200
      },
      90_000,
    )
  }, 120_000)

  it('takes messages from its queue', async () => {
    const taken = async () => {
      const metrics = await (await fetch(`${running.origin}/metrics`)).text()
      return Number(/^rustok_queue_messages_total (\d+)$/m.exec(metrics)?.[1] ?? 0)
    }
    const before = await taken()
    const { EVENTS } = await running.worker.getEnv()
    await EVENTS.send({ kind: 'relay', shard: 'primary' })
    await until('the message has arrived', async () => (await taken()) > before)
  })
})

describe('the runtime of these tests', () => {
  it('lets no Worker generate code', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eval-'))
    await writeFile(
      join(folder, 'eval.js'),
      "export default { fetch: () => new Response(String(new Function('return 1')())) }",
    )
    const config = { name: 'eval', main: 'eval.js', compatibility_date: '2026-11-01' }
    const harness = createTestHarness({ root: folder, workers: [{ config }] })
    try {
      await harness.listen()
      await expect(harness.fetch('/')).rejects.toThrow('Code generation from strings disallowed')
    } finally {
      await harness.close()
      await rm(folder, { recursive: true })
    }
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type TakenWebhook,
  type WebhookSink,
  startWebhookSink,
} from '../../scripts/test/webhooks/sink.ts'
import { until } from './support/until.ts'
import { type RunningWorker, callJson, startBundle } from './support/worker.ts'

let sink: WebhookSink
let running: RunningWorker
let headers: Readonly<Record<string, string>>

beforeAll(async () => {
  sink = await startWebhookSink()
  running = await startBundle({ vars: { WEBHOOKS_ALLOWED_HOSTS: sink.host } })
  await running.seed('test')
  const token = await running.logIn('demo', 'admin@demo.example')
  headers = { authorization: `Bearer ${token}`, 'x-tenant-id': 'demo' }
})

afterAll(async () => {
  await running.close()
  await sink.stop()
})

async function post(path: string, body: object): Promise<void> {
  const answer = await callJson(`${running.origin}${path}`, { method: 'POST', headers, body })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
}

const register = (name: string, behaviour = '200') => {
  const url = `http://${sink.host}/to/${name}/${behaviour}`
  return post('/api/v1/webhooks/endpoints', { url, events: ['blog.author.created'] })
}

async function takenBy(name: string): Promise<TakenWebhook[]> {
  return (await fetch(`http://${sink.host}/taken/${name}`)).json()
}

/** Adds an author, and tells how many milliseconds later the endpoint was told of it. */
async function timeOf(endpoint: string, author: string): Promise<number> {
  const startedAt = Date.now()
  await post('/api/v1/blog/authors', { name: author })
  const slug = `"${author}"`
  const taken = await until(`${endpoint} is told of ${author}`, async () =>
    (await takenBy(endpoint)).find(({ body }) => body.includes(slug)),
  )
  return taken.at - startedAt
}

describe('webhooks over the real queue', () => {
  it('W4: come to an endpoint no more than a second later while others hang', async () => {
    await register('good')
    const alone = [
      await timeOf('good', 'a1'),
      await timeOf('good', 'a2'),
      await timeOf('good', 'a3'),
    ]
    for (const name of ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7']) await register(name, 'hang')
    const times = []
    for (const author of ['b1', 'b2', 'b3', 'b4']) times.push(await timeOf('good', author))
    expect((await takenBy('h1')).length).toBeGreaterThan(0)
    expect(Math.max(...times)).toBeLessThan(Math.max(...alone) + 1_000)
  })
})

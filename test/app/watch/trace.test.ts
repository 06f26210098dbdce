import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseTraceparent } from '../../../src/kernel/trace.ts'
import { aSink } from '../../support/mail.ts'
import { type World, createWorld } from '../../support/world.ts'
import { chainWorld } from './support.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`

let lines: string[]
beforeEach(() => {
  lines = []
  for (const method of ['log', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation(
      (...words: unknown[]) => void lines.push(words.join(' ')),
    )
})
afterEach(() => {
  vi.restoreAllMocks()
})

const entries = () => lines.map((line): Record<string, unknown> => JSON.parse(line))

async function makePost(world: World) {
  const manager = await world.as('manager')
  await world.drain()
  lines = []
  const answer = await manager.fetch('POST', '/api/v1/blog/posts', {
    body: { title: 'Traced', body: 'x' },
    headers: { traceparent },
  })
  expect(answer.status).toBe(201)
  return answer
}

describe('one trace', () => {
  it('goes from the request over its event and its job out to others’ servers, in every log line', async () => {
    const hook = aSink()
    const mail = aSink({ status: 202, body: { results: [] } })
    const world = await chainWorld(hook, mail)
    const answer = await makePost(world)
    await world.drain()
    const response = parseTraceparent(answer.headers.get('traceresponse') ?? '')
    expect(response?.traceId).toBe(TRACE)

    expect(entries().filter(({ level }) => level === 'error')).toEqual([])
    const { headers: hooked } = await hook.request()
    const mailed = (await mail.requests()).at(-1)?.headers ?? {}
    const [job] = await world.rows<{ id: string; trace: string }>(
      "SELECT id, trace_id AS trace FROM jobs WHERE tenant_id = ? AND name = 'trial:call_out'",
      world.tenantId,
    )
    const id = job?.id.replaceAll('-', '') ?? ''
    for (const header of [hooked['traceparent'], mailed['traceparent']])
      expect(header).toBe(`00-${TRACE}-${id.slice(16)}-00`)
    expect(job?.trace).toBe(TRACE)

    const told = entries()
    const messages = told.map(({ message }) => message)
    expect(messages).toEqual(
      expect.arrayContaining(['request', 'event handled', 'called out', 'job performed']),
    )
    for (const entry of told) {
      const requestId = answer.headers.get('x-request-id')
      expect(entry).toMatchObject({ traceId: TRACE, requestId, tenant: world.tenantId })
    }
    expect(new Set(told.map(({ spanId }) => spanId)).size).toBe(3)
  })

  it('is in the line of a delivery that fails, once, and in no other line’s', async () => {
    const hook = aSink()
    const mail = aSink({ status: 503 })
    const world = await chainWorld(hook, mail)
    await makePost(world)
    await world.drain()
    const failures = entries().filter(
      ({ name, level }) => level === 'error' && name === 'trial:call_out',
    )
    expect(failures.length).toBe(1)
    expect(failures[0]).toMatchObject({
      message: 'job failed',
      traceId: TRACE,
      tenant: world.tenantId,
    })
    await world.anonymous.fetch('GET', '/api/v1/blog/posts')
    expect(entries().at(-1)).toMatchObject({ message: 'request' })
    expect(entries().at(-1)?.['traceId']).not.toBe(TRACE)
  })

  it('does not leak from one request into another that is served at the same time', async () => {
    const world = await createWorld({ env: { LOGGER_LEVEL: 'info', LOGGER_FORMAT: 'json' } })
    lines = []
    const ids = Array.from({ length: 20 }, (_, n) => `${n + 10}`.repeat(16))
    await Promise.all(
      ids.map((id, n) =>
        world.anonymous.fetch('GET', `/api/v1/blog/posts?limit=${n + 1}`, {
          headers: { traceparent: `00-${id}-b7ad6b7169203331-00`, 'x-request-id': `request-${id}` },
        }),
      ),
    )
    const told = entries().map(
      ({ traceId, requestId }) => `${String(requestId)} ${String(traceId)}`,
    )
    expect(told.toSorted()).toEqual(ids.map((id) => `request-${id} ${id}`))
  })
})

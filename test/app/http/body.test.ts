import { beforeAll, describe, expect, it } from 'vitest'
import { catchLogs } from '../../support/log-lines.ts'
import { type Client, type World, createWorld } from '../../support/world.ts'

const POSTS = '/api/v1/blog/posts'

let world: World
let manager: Client
beforeAll(async () => {
  world = await createWorld({ env: { LOGGER_LEVEL: 'debug', LOGGER_FORMAT: 'json' } })
  manager = await world.as('manager')
})

const lines = catchLogs()

const faults = () => lines().filter((line) => JSON.parse(line).level === 'error')

type Body = ReadableStream<Uint8Array> | ArrayBuffer | string

const post = (path: string, body: Body, headers: Record<string, string> = {}) =>
  manager.fetch('POST', path, { body, headers })

/** A body whose client is gone after its beginning. */
function broken(): ReadableStream<Uint8Array> {
  let sent = false
  return new ReadableStream({
    pull(controller) {
      if (sent) throw new TypeError('the connection was lost')
      sent = true
      controller.enqueue(new TextEncoder().encode('{"title":'))
    },
  })
}

describe('a body that breaks off', () => {
  const key = { 'idempotency-key': 'broken' }
  it.each([
    ['a resource', POSTS, {}],
    ['a resource, of a declared length', POSTS, { 'content-length': '100' }],
    ['a resource with an idempotency key', POSTS, key],
    ['GraphQL', '/graphql', {}],
    ['GraphQL, of a declared length', '/graphql', { 'content-length': '100' }],
    ['GraphQL with an idempotency key', '/graphql', key],
  ])('is refused with 400 by %s, and is no fault of ours', async (_, path, headers) => {
    const answer = await post(path, broken(), headers)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('The body broke off.')
    expect(faults()).toEqual([])
  })
})

describe('an encoded body', () => {
  const text = JSON.stringify({ title: 'Packed', body: 'x', query: '{ __typename }' })
  const packed = () =>
    new Response(new Response(text).body?.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()

  it.each([
    ['a resource', POSTS, {}],
    ['GraphQL', '/graphql', {}],
    ['GraphQL with an idempotency key', '/graphql', { 'idempotency-key': 'packed' }],
  ])('is refused with 415 by %s, whether it is really encoded or not', async (_, path, headers) => {
    for (const [encoding, body] of [
      ['gzip', await packed()],
      ['br', text],
      ['identity, gzip', text],
    ] as const) {
      const answer = await post(path, body, { ...headers, 'content-encoding': encoding })
      expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'identity'])
      expect(await answer.text()).toContain('The body must not be encoded.')
    }
  })

  it.each(['identity', 'Identity', ''])('may be declared as “%s”', async (encoding) => {
    const answer = await post('/graphql', text, { 'content-encoding': encoding })
    expect(answer.status).not.toBe(415)
  })
})

describe('a body that is not JSON', () => {
  const text = '{\n  "query": "{ secret }",\n  "title": secret\n}'

  it.each([
    ['a resource', POSTS],
    ['GraphQL', '/graphql'],
  ])('is refused by %s, which tells where and nothing of what it says', async (_, path) => {
    const answer = await post(path, text)
    expect(answer.status).toBe(400)
    const told = await answer.text()
    expect(told).toContain('The body is not JSON at line 3, column 12.')
    expect(told).not.toContain('secret')
  })
})

describe('half a surrogate pair', () => {
  const title = String.raw`"\ud800x"`
  const place = (column: number) =>
    `The body holds half a surrogate pair in the string at line 1, column ${column}.`

  it('is refused by a resource and by GraphQL, and told where', async () => {
    const ofRest = await post(POSTS, `{"title":${title},"body":"x"}`)
    const ofGraphql = await post('/graphql', `{"variables":{"title":${title}},"query":"{posts}"}`)
    expect([ofRest.status, ofGraphql.status]).toEqual([400, 400])
    expect(await ofRest.text()).toContain(place(10))
    expect(await ofGraphql.text()).toContain(place(23))
  })

  it('is refused inside of a GraphQL document', async () => {
    const query = JSON.stringify({ query: `{ post(slug: ${title}) { id } }` })
    expect(await (await post('/graphql', query)).text()).toContain('Invalid Unicode escape')
  })
})

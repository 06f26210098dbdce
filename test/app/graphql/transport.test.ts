import { describe, expect, test } from 'vitest'
import { graphqlLimits } from '../../../src/app/graphql/limits.ts'
import { getRequest, makeEndpoint, postRequest, readAnswer } from './support.ts'

const address = 'https://demo.rustok.test/graphql'
const hello = '{ hello }'

describe('methods', () => {
  test.for(['OPTIONS', 'PUT', 'PATCH', 'DELETE'])('%s is not allowed', async (method) => {
    const response = await makeEndpoint().send(new Request(address, { method }))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD'])
  })

  test('HEAD answers as GET does, with no body', async () => {
    const { send, calls } = makeEndpoint()
    const get = getRequest({ query: hello })
    const response = await send(new Request(get, { method: 'HEAD' }))
    expect([response.status, response.body]).toEqual([200, null])
    expect(response.headers.get('content-type')).toMatch(/^application\/graphql-response\+json/)
    expect(calls).toEqual(['hello'])
  })

  test('a mutation by GET is not allowed and runs nothing', async () => {
    const { send, calls } = makeEndpoint()
    const response = await send(getRequest({ query: 'mutation { touch }' }))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    expect(calls).toEqual([])
  })

  test('a mutation chosen by name is not allowed by GET beside a query', async () => {
    const { send, calls } = makeEndpoint()
    const document = 'query A { hello } mutation B { touch }'
    const statuses = await Promise.all(
      ['A', 'B'].map(async (operationName) => {
        const response = await send(getRequest({ query: document, operationName }))
        return response.status
      }),
    )
    expect(statuses).toEqual([200, 405])
    expect(calls).toEqual(['hello'])
  })
})

describe('a POST', () => {
  test.for([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'Application/JSON ; charset=utf8',
  ])('of %s is taken', async (type) => {
    const response = await makeEndpoint().post({ query: hello }, { 'content-type': type })
    expect(response.status).toBe(200)
  })

  test.for([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    'application/json; charset=latin1',
    'application/jsonp',
    '',
  ])('of "%s" is refused with 415, whatever its body', async (type) => {
    const { post, calls } = makeEndpoint()
    const response = await post({ query: hello }, { 'content-type': type })
    expect(response.status).toBe(415)
    expect(calls).toEqual([])
  })

  const malformed: Record<string, BodyInit | null> = {
    'no body': null,
    nothing: '',
    'no JSON': 'query=%7Bhello%7D',
    'half of a JSON': '{"query": "{ hello',
    'a byte order mark': '\uFEFF{"query": "{ hello }"}',
    'UTF-16': new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
    'broken UTF-8': new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]),
    'a member twice': '{"query": "{ hello }", "query": "{ posts { nextCursor } }"}',
    'a member twice by escapes': '{"query": "{ hello }", "qu\\u0065ry": "{ hello }"}',
    'a variable twice': '{"query": "{ hello }", "variables": {"a": 1, "a": 2}}',
    'deep nesting': `{"query": "{ hello }", "variables": {"a": ${'['.repeat(20_000)}${']'.repeat(20_000)}}}`,
    'a number': '1',
    null: 'null',
    'a string': '"{ hello }"',
    'a batch': '[{"query": "{ hello }"}]',
    'an empty batch': '[]',
    'no query': '{}',
    'a null query': '{"query": null}',
    'a query that is a number': '{"query": 1}',
    'variables that are a list': '{"query": "{ hello }", "variables": []}',
    'variables that are text': '{"query": "{ hello }", "variables": "{}"}',
    'an operation name that is a number': '{"query": "{ hello }", "operationName": 1}',
    'extensions that are a list': '{"query": "{ hello }", "extensions": []}',
    'the look of an answer': '{"kind": "refusal", "definition": {"status": 999}, "errors": [{}]}',
    'a document identifier that is a number': '{"documentId": 1}',
  }

  test.for(Object.entries(malformed))('with %s is refused with 400', async ([, body]) => {
    const { send, calls } = makeEndpoint()
    const answer = await readAnswer(await send(postRequest(body)))
    expect([answer.status, answer.codes]).toEqual([400, ['BAD_REQUEST']])
    expect(calls).toEqual([])
  })

  test('at the limit of bytes is executed, one past is refused with 413', async () => {
    const { send } = makeEndpoint()
    const body = JSON.stringify({ query: hello })
    const padded = (bytes: number): string => body + ' '.repeat(bytes - body.length)
    expect((await send(postRequest(padded(graphqlLimits.bodyBytes)))).status).toBe(200)
    expect((await send(postRequest(padded(graphqlLimits.bodyBytes + 1)))).status).toBe(413)
  })

  test('that never ends is refused once it is past the limit', async () => {
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 16_384
        controller.enqueue(new Uint8Array(16_384).fill(0x20))
      },
    })
    expect((await makeEndpoint().send(postRequest(body))).status).toBe(413)
    expect(sent).toBeLessThan(graphqlLimits.bodyBytes * 4)
  })

  test('ignores parameters in its address', async () => {
    const { send, calls } = makeEndpoint()
    const there = `${address}?query=${encodeURIComponent('{ posts { nextCursor } }')}`
    await send(postRequest(JSON.stringify({ query: hello }), {}, there))
    expect(calls).toEqual(['hello'])
  })

  test.for([null, ''])('reads an operation name of %o as none', async (operationName) => {
    const answer = await readAnswer(await makeEndpoint().post({ query: hello, operationName }))
    expect(answer.data).toEqual({ hello: 'Hello world' })
  })

  test('of a batch is told that batches are not supported', async () => {
    const answer = await readAnswer(await makeEndpoint().post([{ query: hello }]))
    expect(answer.errors[0]?.message).toBe('Batches are not supported.')
  })
})

describe('the answer', () => {
  const graphql = 'application/graphql-response+json'

  test.for([
    [null, 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    [graphql, graphql],
    [`${graphql}, application/json;q=0.9`, graphql],
    [`application/json;q=0.9, ${graphql}`, graphql],
    [`${graphql};q=0.5, application/json`, 'application/json'],
    [`${graphql}; charset=utf-8`, graphql],
    ['text/html, */*;q=0.1', 'application/json'],
    [`${graphql};q=0, */*`, 'application/json'],
  ] as const)('to Accept %s is %s in UTF-8', async ([accept, type]) => {
    const headers: Record<string, string> = accept === null ? {} : { accept }
    const response = await makeEndpoint().post({ query: hello }, headers)
    expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`)
  })

  test.for(['text/html', 'application/json;q=0', 'image/*'])(
    'to Accept %s is 406',
    async (accept) => {
      const { post, calls } = makeEndpoint()
      expect((await post({ query: hello }, { accept })).status).toBe(406)
      expect(calls).toEqual([])
    },
  )

  test.for([
    ['a document that does not parse', '{', undefined],
    ['a document that does not fit the schema', '{ nope }', undefined],
    ['an operation that is not there', 'query A { hello }', 'B'],
    [
      'a document of several operations and no name',
      'query A { hello } query B { hello }',
      undefined,
    ],
    ['a subscription', 'subscription { ticks }', undefined],
    ['a document without an operation', 'fragment F on Post { id }', undefined],
  ] as const)('to %s is 200 or 400 by media type', async ([, query, operationName]) => {
    const { post } = makeEndpoint()
    const body = { query, operationName }
    const statuses = [
      (await post(body, { accept: 'application/json' })).status,
      (await post(body, { accept: graphql })).status,
    ]
    expect(statuses).toEqual([200, 400])
  })

  test('is not stored, unless the options say otherwise', async () => {
    const plain = await makeEndpoint().post({ query: hello })
    expect(plain.headers.get('cache-control')).toBe('no-store')
    const own = await makeEndpoint({ headers: { 'X-Own': 'yes' } }).post({ query: hello })
    expect([own.headers.get('cache-control'), own.headers.get('x-own')]).toEqual([null, 'yes'])
  })

  test('to what is not GraphQL over HTTP can be a problem document of the host', async () => {
    const { post, query } = makeEndpoint({ refuse: plainProblem })
    const batch = await post([{ query: hello }])
    expect([batch.status, await batch.text()]).toEqual([400, 'bad_request'])
    expect((await query('{ nope }')).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })
})

function plainProblem(refusal: { definition: { code: string; status: number } }): Response {
  return new Response(refusal.definition.code, { status: refusal.definition.status })
}

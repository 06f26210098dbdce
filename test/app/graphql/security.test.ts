import { expect, test } from 'vitest'
import { getRequest, makeEndpoint, postRequest, readAnswer } from './support.ts'

/**
 * What the scanner graphql-cop tries, each as a behaviour of the endpoint in production: the caller
 * has no right to introspection.
 */

/** What Python's `requests`, which the scanner uses, adds to every request. */
const scanner = { accept: '*/*', 'user-agent': 'python-requests/2.32' }

const scan = async (query: string) =>
  readAnswer(await makeEndpoint().send(postRequest(JSON.stringify({ query }), scanner)))

const repeat = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('\n')

test('101 aliases get no data', async () => {
  expect(
    (await scan(`query { ${repeat(101, (index) => `alias${index}:__typename`)} }`)).data,
  ).toBeUndefined()
})

test('a batch of eleven gets no data', async () => {
  const body = JSON.stringify(Array.from({ length: 11 }, () => ({ query: 'query { __typename }' })))
  const answer = await readAnswer(await makeEndpoint().send(postRequest(body, scanner)))
  expect([answer.status, answer.data]).toEqual([400, undefined])
})

test('500 times the same field gets no data', async () => {
  expect((await scan(`query { ${repeat(500, () => '__typename')} }`)).data).toBeUndefined()
})

test('ten unknown directives get fewer than ten errors', async () => {
  const answer = await scan(`query { __typename ${'@aa'.repeat(10)} }`)
  expect(answer.data).toBeUndefined()
  expect(answer.errors.length).toBeLessThan(10)
})

test('introspection in circles gets no data, with the right to introspection too', async () => {
  const query =
    '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }'
  expect((await scan(query)).data).toBeUndefined()
  const allowed = await readAnswer(await makeEndpoint().send(getRequest({ query }), true))
  expect([allowed.status, allowed.codes]).toEqual([400, ['GRAPHQL_VALIDATION_FAILED']])
})

test('fragments in a circle get errors', async () => {
  const answer = await scan(
    'query { __schema { ...A } } fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }',
  )
  expect(answer.data).toBeUndefined()
  expect(answer.errors).not.toEqual([])
})

test.for<[string, string]>([
  ['fields', 'query { helo }'],
  ['fields of introspection', 'query { __schema { directive } }'],
  ['arguments', '{ post(slugg: "x") { id } }'],
  ['types', '{ ... on Quer { hello } }'],
  ['input fields', 'mutation { touch(note: { txt: "" }) }'],
  ['directives', '{ hello @includ(if: true) }'],
])('no suggestion is made for misspelt %s', async ([, query]) => {
  const answer = await scan(query)
  expect(answer.errors).not.toEqual([])
  expect(answer.text).not.toContain('Did you mean')
})

test('introspection gets no data, while __typename stays', async () => {
  const answer = await scan('query { __schema { types { name fields { name } } } }')
  expect([answer.data, answer.codes]).toEqual([undefined, ['GRAPHQL_INTROSPECTION_DISABLED']])
  expect((await scan('{ __type(name: "Post") { name } }')).data).toBeUndefined()
  expect(
    (await scan('{ ...F } fragment F on Query { a: __type(name: "Post") { name } }')).data,
  ).toBeUndefined()
  expect((await scan('{ __typename }')).data).toEqual({ __typename: 'Query' })
})

test('a query by GET without a preflight header gets no data', async () => {
  const response = await makeEndpoint().send(getRequest({ query: '{__typename}' }, scanner))
  expect((await readAnswer(response)).data).toBeUndefined()
})

test('a mutation by GET gets no data', async () => {
  const { send, calls } = makeEndpoint()
  for (const headers of [scanner, { accept: 'application/json' }]) {
    const answer = await readAnswer(
      await send(getRequest({ query: 'mutation { touch }' }, headers)),
    )
    expect(answer.data).toBeUndefined()
  }
  expect(calls).toEqual([])
})

test('a POST with the query in its address or in a form gets no data', async () => {
  const { send, calls } = makeEndpoint()
  const address = `https://demo.rustok.test/graphql?query=${encodeURIComponent('query {__typename}')}`
  const bare = await send(new Request(address, { method: 'POST', headers: scanner }))
  const form = await send(
    new Request('https://demo.rustok.test/graphql', {
      method: 'POST',
      headers: scanner,
      body: new URLSearchParams({ query: 'mutation { touch }' }),
    }),
  )
  expect([bare.status, form.status]).toEqual([415, 415])
  expect(calls).toEqual([])
})

test('no answer carries traces, exceptions or the name of a development tool', async () => {
  const texts = await Promise.all(
    ['query { __typename }', 'qwerty cop { abc }', '{ fails }', '{'].map(
      async (query) => (await scan(query)).text,
    ),
  )
  const bare = await makeEndpoint().send(
    new Request('https://demo.rustok.test/graphql', { headers: scanner }),
  )
  const all = [...texts, await bare.text()].join('\n')
  expect(all).not.toMatch(/tracing|exception|stacktrace|graphiql|playground/i)
})

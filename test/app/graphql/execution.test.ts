import { describe, expect, test } from 'vitest'
import { graphqlLimits } from '../../../src/app/graphql/limits.ts'
import {
  getRequest,
  leakedSecret,
  makeEndpoint,
  makeQueryOnlySchema,
  makeSchema,
  readAnswer,
} from './support.ts'

describe('an operation', () => {
  test('is chosen by name among several', async () => {
    const { post } = makeEndpoint()
    const query = 'query A { hello } query B { hello(name: "B") }'
    const answer = await readAnswer(await post({ query, operationName: 'B' }))
    expect(answer.data).toEqual({ hello: 'Hello B' })
  })

  test('is told apart from one that is missing or not named', async () => {
    const { post } = makeEndpoint()
    const query = 'query A { hello } query B { hello }'
    const missing = await readAnswer(await post({ query, operationName: 'C' }))
    const unnamed = await readAnswer(await post({ query }))
    expect([missing.codes, unnamed.codes]).toEqual([
      ['GRAPHQL_OPERATION_UNKNOWN'],
      ['GRAPHQL_OPERATION_UNKNOWN'],
    ])
  })

  test('may be a mutation by POST', async () => {
    const answer = await makeEndpoint().query('mutation { publish(slug: "x") { slug } }')
    expect(answer.data).toEqual({ publish: { slug: 'x' } })
  })

  test('is refused when it is a mutation and the schema has none', async () => {
    const { query } = makeEndpoint({ schema: makeQueryOnlySchema })
    const answer = await query('mutation { touch }')
    expect([answer.status, answer.data]).toEqual([400, undefined])
  })

  test.for([
    ['of the wrong type', 'query($n: Int) { latest(first: $n) { id } }', { n: 'many' }],
    ['that is missing', 'query($s: String!) { post(slug: $s) { id } }', {}],
    ['that is null', 'query($s: String!) { post(slug: $s) { id } }', { s: null }],
    [
      'with an unknown field',
      'mutation($i: NoteInput) { touch(note: $i) }',
      { i: { text: 'a', tagz: [] } },
    ],
  ] as const)('is refused for a variable %s', async ([, document, variables]) => {
    const { query, calls } = makeEndpoint()
    const answer = await query(document, variables)
    expect([answer.status, answer.data]).toEqual([400, undefined])
    expect(answer.codes).toEqual(['GRAPHQL_VARIABLES_INVALID'])
    expect(answer.text).not.toContain('Did you mean')
    expect(calls).toEqual([])
  })

  test('reads a variable called like a member of every object as any other', async () => {
    const document = 'query($constructor: Int) { latest(first: $constructor) { id } }'
    expect((await makeEndpoint().query(document)).status).toBe(200)
  })
})

describe('an error of a resolver', () => {
  test.for(['{ fails }', '{ throws }', '{ wrongType }'])('is masked in %s', async (document) => {
    const answer = await makeEndpoint().query(document)
    expect(answer.status).toBe(200)
    expect(answer.codes).toEqual(['internal'])
    expect(answer.text).not.toContain(leakedSecret.slice(0, 10))
    expect(answer.text).not.toMatch(/stack|originalError|\.ts|node_modules/)
  })

  test('leaves the other fields and names its path', async () => {
    const answer = await makeEndpoint().query('{ hello fails }')
    expect(answer.data).toEqual({ hello: 'Hello world', fails: null })
    expect(answer.errors[0]?.path).toEqual(['fails'])
  })

  test('in a field that cannot be null empties the data and still answers 200', async () => {
    const answer = await makeEndpoint().query('{ hello throws }')
    expect([answer.status, answer.data]).toEqual([200, null])
  })

  test('carries nothing of the mask but the members of a GraphQL error', async () => {
    const maskError = () => ({ message: 'no', stack: leakedSecret, extensions: { code: 'x' } })
    const answer = await makeEndpoint({ maskError }).query('{ fails }')
    expect(answer.errors).toEqual([{ message: 'no', extensions: { code: 'x' } }])
  })
})

describe('aliases of a root field', () => {
  test('with equal arguments share one call of the resolver', async () => {
    const { query, calls } = makeEndpoint()
    const answer = await query(
      `query($s: String!) {
        a: post(slug: "x") { id } b: post(slug: "x") { title } ...F
        c: post(slug: $s) { id } d: post(slug: $s) { id } e: post(slug: "z") { id }
      }
      fragment F on Query { post(slug: "x") { slug } }`,
      { s: 'y' },
    )
    expect(calls).toEqual(['post', 'post', 'post'])
    expect(answer.data).toEqual({
      a: { id: 'x' },
      b: { title: 'x' },
      post: { slug: 'x' },
      c: { id: 'y' },
      d: { id: 'y' },
      e: { id: 'z' },
    })
  })

  test('that fail share the failure, each at its own path', async () => {
    const { query, calls } = makeEndpoint()
    const answer = await query('{ a: fails b: fails }')
    expect(calls).toEqual(['fails'])
    expect(answer.errors.map((error) => error.path)).toEqual([['a'], ['b']])
  })

  test('share nothing between two requests', async () => {
    const { query, calls } = makeEndpoint()
    await query('{ a: hello b: hello }')
    await query('{ a: hello b: hello }')
    expect(calls).toEqual(['hello', 'hello'])
  })

  test('of a mutation are each executed', async () => {
    const { query, calls } = makeEndpoint()
    await query('mutation { a: touch b: touch }')
    expect(calls).toEqual(['touch', 'touch'])
  })
})

describe('the cache of documents', () => {
  test('spares a warm request parsing and validation', async () => {
    const { query, documentOutcomes } = makeEndpoint()
    const document = 'query($n: String) { hello(name: $n) }'
    await query(document, { n: 'one' })
    expect((await query(document, { n: 'two' })).data).toEqual({ hello: 'Hello two' })
    expect(documentOutcomes()).toEqual(['parsed', 'cached'])
  })

  test('keeps nothing that was refused', async () => {
    const { query, documentOutcomes } = makeEndpoint()
    for (const document of ['{ nope }', '{ nope }', '{', '{']) await query(document)
    expect(documentOutcomes()).toEqual(['refused', 'refused', 'refused', 'refused'])
  })

  test('forgets the document that was used longest ago', async () => {
    const { query, documentOutcomes } = makeEndpoint({ cache: { entries: 2, bytes: 1_000_000 } })
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await query(`{ ${name}: hello }`)
    expect(documentOutcomes()).toEqual(['parsed', 'parsed', 'cached', 'parsed', 'cached', 'parsed'])
  })

  test('is bounded by bytes', async () => {
    const { query, documentOutcomes } = makeEndpoint({ cache: { entries: 10, bytes: 3_600 } })
    for (const name of ['a', 'b', 'a', 'b']) await query(`{ ${name}: hello }`)
    await query('{ c: hello }')
    await query('{ a: hello }')
    await query(`{ ${'hello '.repeat(20)} }`)
    await query(`{ ${'hello '.repeat(20)} }`)
    expect(documentOutcomes().join(' ')).toBe(
      'parsed parsed cached cached parsed parsed parsed parsed',
    )
  })

  test('does not let a caller without the right to introspection reuse it', async () => {
    const { send } = makeEndpoint()
    const ask = async (mayIntrospect: boolean): Promise<number> =>
      (await send(getRequest({ query: '{ __schema { queryType { name } } }' }), mayIntrospect))
        .status
    expect([await ask(true), await ask(false), await ask(true)]).toEqual([200, 400, 200])
  })
})

test('the schema is built at the first request that needs it, once', async () => {
  let built = 0
  const { query } = makeEndpoint({
    schema: () => {
      built += 1
      return makeSchema()
    },
  })
  expect(built).toBe(0)
  await query('{ '.repeat(graphqlLimits.bracketDepth))
  await Promise.all([query('{ hello }'), query('{ hello }')])
  expect(built).toBe(1)
})

test('every executed operation is told with its name, cost and number of errors', async () => {
  const { query, events } = makeEndpoint()
  await query('query Front { latest(first: 3) { id } fails }')
  expect(events).toContainEqual({
    kind: 'executed',
    type: 'query',
    name: 'Front',
    cost: 3,
    errors: 1,
  })
})

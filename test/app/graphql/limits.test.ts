import fc from 'fast-check'
import { getIntrospectionQuery, parse } from 'graphql'
import { describe, expect, test } from 'vitest'
import { findLexicalExcess } from '../../../src/app/graphql/lexical.ts'
import { graphqlLimits } from '../../../src/app/graphql/limits.ts'
import { makeEndpoint, postRequest, readAnswer, type Answer } from './support.ts'

const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ')

/** A path of `depth` fields through authors and their posts. */
function chain(depth: number): string {
  const links = ['author', 'posts(first: 1)']
  let inner = 'id'
  for (let level = depth - 2; level >= 1; level -= 1)
    inner = `${links[(level + 1) % 2]} { ${inner} }`
  return `{ post(slug: "x") { ${inner} } }`
}

function introspectionChain(depth: number): string {
  const inner = times(depth - 5, () => 'ofType {') + ' name ' + times(depth - 5, () => '}')
  return `{ __schema { types { fields { type { ${inner} } } } } }`
}

const brackets = (depth: number): string =>
  `{ hello(name: ${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}) }`

const ids = (count: number): string =>
  `{ byIds(ids: [${times(count, (index) => `"${index}"`)}]) { id } }`

/** A document that uses exactly `count` of what the limit bounds. */
const documents: Record<string, { max: number; make: (count: number) => string }> = {
  depth: { max: graphqlLimits.depth, make: chain },
  fields: {
    max: graphqlLimits.fields,
    make: (count) => `{ post(slug: "x") { ${times(count - 1, () => 'id')} } }`,
  },
  aliases: {
    max: graphqlLimits.aliases,
    make: (count) => `{ post(slug: "x") { ${times(count, (index) => `a${index}: id`)} } }`,
  },
  directives: {
    max: graphqlLimits.directives,
    make: (count) => `{ post(slug: "x") { ${times(count, () => 'id @include(if: true)')} } }`,
  },
  rootQueries: {
    max: graphqlLimits.rootQueries,
    make: (count) => `{ ${times(count, (index) => `a${index}: hello`)} }`,
  },
  rootMutations: {
    max: graphqlLimits.rootMutations,
    make: (count) => `mutation { ${times(count, (index) => `a${index}: touch`)} }`,
  },
  inputItems: { max: graphqlLimits.inputItems, make: ids },
  cost: {
    max: graphqlLimits.cost,
    make: (count) => `{ latest(first: 10) { related(first: ${Math.floor(count / 10) - 1}) { id } }
      ${times(count % 10, (index) => `a${index}: post(slug: "x") { id }`)} }`,
  },
  page: { max: graphqlLimits.page.max, make: (count) => `{ latest(first: ${count}) { id } }` },
}

const limitOf = (answer: Answer): unknown => answer.errors[0]?.extensions?.['limit']

describe('a document', () => {
  test.for(Object.entries(documents))(
    'at the limit of %s is executed',
    async ([, { max, make }]) => {
      const answer = await makeEndpoint().query(make(max))
      expect(answer.errors).toEqual([])
      expect(answer.status).toBe(200)
    },
  )

  test.for(Object.entries(documents))(
    'one past the limit of %s is refused by name and resolves nothing',
    async ([name, { max, make }]) => {
      const endpoint = makeEndpoint()
      const answer = await endpoint.query(make(max + 1))
      expect(answer.status).toBe(400)
      expect(answer.data).toBeUndefined()
      expect(answer.errors[0]?.extensions).toEqual({
        code: 'GRAPHQL_LIMIT_EXCEEDED',
        limit: name,
        max,
      })
      expect(endpoint.calls).toEqual([])
    },
  )

  test('at the limit of brackets reaches the parser, one past does not', async () => {
    const { query } = makeEndpoint()
    expect(limitOf(await query(brackets(graphqlLimits.bracketDepth)))).toBeUndefined()
    expect(limitOf(await query(brackets(graphqlLimits.bracketDepth + 1)))).toBe('bracketDepth')
  })

  test('at the limit of tokens is executed, one past is refused', async () => {
    const { query } = makeEndpoint({ limits: { ...graphqlLimits, tokens: 8 } })
    expect((await query('{ a: hello, b: hello } # no token')).status).toBe(200)
    expect(limitOf(await query('{ a: hello, b: hello, hello }'))).toBe('tokens')
  })

  test('may ask for __typename beside as many root fields as are allowed', async () => {
    const fields = times(graphqlLimits.rootMutations, (index) => `a${index}: touch`)
    expect((await makeEndpoint().query(`mutation { __typename ${fields} }`)).errors).toEqual([])
  })

  test('of 3,000 open braces is refused with 400 and not 500', async () => {
    const answer = await makeEndpoint().query('{ a '.repeat(3_000))
    expect([answer.status, limitOf(answer)]).toEqual([400, 'bracketDepth'])
  })

  test('beyond a limit answers 400 to application/json too', async () => {
    const response = await makeEndpoint().post({ query: chain(11) }, { accept: 'application/json' })
    expect(response.status).toBe(400)
  })

  test('is measured with its fragments written out', async () => {
    const half = graphqlLimits.aliases / 2 + 1
    const fields = times(half, (index) => `a${index}: id`)
    const spread = `{ post(slug: "x") { ...F related { ...F } } } fragment F on Post { ${fields} }`
    expect(limitOf(await makeEndpoint().query(spread))).toBe('aliases')
  })

  test('whose fragments double forty times is refused at once', async () => {
    const doubling = times(
      40,
      (index) =>
        `fragment F${index} on Post { author { posts { ...F${index + 1} ...F${index + 1} } } }`,
    )
    const answer = await makeEndpoint().query(
      `{ post(slug: "x") { ...F0 } } ${doubling} fragment F40 on Post { id }`,
    )
    expect(limitOf(answer)).toBe('fields')
  })

  test('with fragments in a circle is refused by validation', async () => {
    const answer = await makeEndpoint().query(
      '{ post(slug: "x") { ...A } } fragment A on Post { ...B } fragment B on Post { ...A }',
    )
    expect([answer.status, answer.codes]).toEqual([400, ['GRAPHQL_VALIDATION_FAILED']])
  })
})

describe('introspection', () => {
  const ask = async (document: string): Promise<Answer> => {
    const { send } = makeEndpoint()
    const headers = { accept: 'application/graphql-response+json' }
    return readAnswer(await send(postRequest(JSON.stringify({ query: document }), headers), true))
  }

  test('of every client tool fits the limits', async () => {
    const document = getIntrospectionQuery({
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
    })
    expect((await ask(document)).status).toBe(200)
  })

  test('at the limit of its own depth is executed, one past is refused', async () => {
    const max = graphqlLimits.introspectionDepth
    expect((await ask(introspectionChain(max))).status).toBe(200)
    expect(limitOf(await ask(introspectionChain(max + 1)))).toBe('introspectionDepth')
  })
})

describe('the cost', () => {
  const costOf = async (
    document: string,
    variables: Record<string, unknown> = {},
  ): Promise<unknown> => {
    const { events, query } = makeEndpoint()
    const answer = await query(document, variables)
    if (answer.errors.length > 0) return answer.errors[0]?.extensions?.['limit'] ?? answer.codes
    return events.flatMap((event) => (event.kind === 'executed' ? [event.cost] : []))[0]
  }

  test('counts an object as one and a leaf as nothing', async () => {
    expect(await costOf('{ hello post(slug: "x") { id title author { name } } }')).toBe(2)
  })

  test('multiplies what a list selects by its page', async () => {
    expect(await costOf('{ latest(first: 7) { id author { name } } }')).toBe(14)
  })

  test('hands the page of a page object to its list', async () => {
    expect(await costOf('{ posts(limit: 30) { items { author { id } } nextCursor } }')).toBe(61)
  })

  test('takes the default of the schema, of the platform and of a plain list', async () => {
    expect(await costOf('{ posts { items { id } } }')).toBe(21)
    expect(await costOf('{ latest { id } }')).toBe(graphqlLimits.page.default)
    expect(await costOf('{ post(slug: "x") { tags { slug } } }')).toBe(1 + graphqlLimits.listSize)
  })

  test('follows the variables of each request', async () => {
    const document = 'query($n: Int) { latest(first: $n) { related(first: $n) { id } } }'
    expect(await costOf(document, { n: 5 })).toBe(30)
    expect(await costOf(document, { n: 31 })).toBe(992)
    expect(await costOf(document, { n: 32 })).toBe('cost')
    expect(await costOf(document, { n: null })).toBe(420)
    expect(await costOf(document)).toBe(420)
  })

  test('refuses a page beyond the limit by variable and by its default', async () => {
    const max = graphqlLimits.page.max
    expect(await costOf('query($n: Int) { latest(first: $n) { id } }', { n: max })).toBe(max)
    expect(await costOf('query($n: Int) { latest(first: $n) { id } }', { n: max + 1 })).toBe('page')
    expect(await costOf(`query($n: Int = ${max + 1}) { latest(first: $n) { id } }`)).toBe('page')
  })

  test('does not trust a page size of another type', async () => {
    const document = 'query($n: Int) { latest(first: $n) { related(first: $n) { id } } }'
    expect(await costOf(document, { n: '5' })).toBe('cost')
    expect(await costOf(document, { n: -1 })).toBe(0)
  })
})

describe('an answer', () => {
  const most = { limits: { ...graphqlLimits, text: 'Hello Ada'.length * 2 } }
  const two = '{ a: hello(name: "Ada") b: hello(name: "Ada") }'

  test('at the limit of text is given, one character past it is refused', async () => {
    const { query, events } = makeEndpoint(most)
    expect((await query(two)).data).toEqual({ a: 'Hello Ada', b: 'Hello Ada' })
    const refused = await query(two.replace('Ada', 'Adam'))
    expect([refused.status, refused.data, limitOf(refused)]).toEqual([400, undefined, 'text'])
    expect(events.at(-1)).toEqual({ kind: 'refused', code: 'graphql.limit_exceeded' })
  })

  test('counts texts in lists and objects', async () => {
    const { query } = makeEndpoint(most)
    expect((await query('{ post(slug: "ten-letters") { slug } }')).errors).toEqual([])
    expect(limitOf(await query('{ latest { slug title tags { slug } } }'))).toBeUndefined()
    const document = '{ latest { tags { a: slug b: slug c: slug d: slug e: slug } } }'
    expect(limitOf(await query(document))).toBe('text')
  })

  test('that is too long says of a mutation that it is done', async () => {
    const { query, calls } = makeEndpoint({ limits: { ...graphqlLimits, text: 3 } })
    const refused = await query('mutation { publish(slug: "four") { slug } }')
    expect(refused.errors[0]?.message).toMatch(/^The mutation is done\. /)
    expect(calls).toEqual(['publish'])
  })
})

test('a list in the variables is bounded like a literal', async () => {
  const { query } = makeEndpoint()
  const document = 'query($ids: [ID!]!) { byIds(ids: $ids) { id } }'
  const list = Array.from({ length: graphqlLimits.inputItems }, (_, index) => `${index}`)
  expect((await query(document, { ids: list })).status).toBe(200)
  expect(limitOf(await query(document, { ids: [...list, 'more'] }))).toBe('inputItems')
})

test('tokens are counted before parsing as the parser counts them', () => {
  const token = fc.constantFrom(
    '{ hello }',
    '{ a: hello(name: "tex\\"t # {") }',
    '{ posts(limit: -12) { nextCursor } }',
    '{ post(slug: """block "{ \\""" end""") { ...F } }',
    '{ ... @include(if: true) { hello } }',
    'query Q($a: [Int!] = [1, 2.5e-3], $b: I = {x: null}) { hello(name: $a) }',
    'fragment F on Post { id }',
    '# { ( [ comment\n',
    '#\r{ hello }',
    '\uFEFF,, \t\n',
    'mutation { touch(note: {text: ""}) }',
  )
  fc.assert(
    fc.property(fc.array(token, { minLength: 1, maxLength: 12 }), (tokens) => {
      const document = `{ hello }${tokens.join(' ')}`
      const { tokenCount = 0 } = parse(document)
      const max = { bracketDepth: 64, tokens: tokenCount }
      expect(findLexicalExcess(document, max)).toBeUndefined()
      expect(findLexicalExcess(document, { ...max, tokens: tokenCount - 1 })).toBe('tokens')
    }),
  )
})

import { describe, expect, test } from 'vitest'
import { createMemoryDocumentStore } from '../../../src/app/graphql/persisted.ts'
import type { TrustedDocuments } from '../../../src/app/graphql/persisted.ts'
import { getRequest, makeEndpoint, readAnswer, type Answer } from './support.ts'

const greet = 'query Greet($name: String) { hello(name: $name) }'

async function hashOf(document: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(document))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

const hash = await hashOf(greet)
const named = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } })

function endpointWith(options: Parameters<typeof makeEndpoint>[0]) {
  const endpoint = makeEndpoint(options)
  const ask = async (body: Record<string, unknown>): Promise<Answer> =>
    readAnswer(await endpoint.post(body, { accept: 'application/graphql-response+json' }))
  return { ...endpoint, ask }
}

describe('an automatic persisted query', () => {
  const registry = () =>
    endpointWith({ apq: createMemoryDocumentStore({ entries: 2, bytes: 10_000 }) })

  test('that is not known asks for its document, by the name that Apollo gave it', async () => {
    const answer = await registry().ask({ extensions: named(hash) })
    expect([answer.status, answer.data]).toEqual([400, undefined])
    expect(answer.errors).toEqual([
      { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ])
  })

  test('is executed by its hash alone once it has been sent along', async () => {
    const { ask, events } = registry()
    await ask({ query: greet, variables: { name: 'one' }, extensions: named(hash) })
    const answer = await ask({ variables: { name: 'two' }, extensions: named(hash) })
    expect(answer.data).toEqual({ hello: 'Hello two' })
    const outcomes = events.flatMap((event) => (event.kind === 'persisted' ? [event.outcome] : []))
    expect(outcomes).toEqual(['registered', 'found'])
  })

  test('works by GET', async () => {
    const { send } = registry()
    const extensions = JSON.stringify(named(hash))
    await send(getRequest({ query: greet, extensions }))
    const answer = await readAnswer(await send(getRequest({ extensions })))
    expect(answer.data).toEqual({ hello: 'Hello world' })
  })

  test('is not registered under a hash that is not its own', async () => {
    const { ask } = registry()
    const foreign = await hashOf('{ __typename }')
    const answer = await ask({ query: greet, extensions: named(foreign) })
    expect([answer.status, answer.codes]).toEqual([400, ['GRAPHQL_DOCUMENT_MISMATCH']])
    expect((await ask({ extensions: named(foreign) })).codes).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
  })

  test('does not run another document under a hash that is known', async () => {
    const { ask, calls } = registry()
    await ask({ query: greet, extensions: named(hash) })
    const answer = await ask({ query: '{ fails }', extensions: named(hash) })
    expect(answer.codes).toEqual(['GRAPHQL_DOCUMENT_MISMATCH'])
    expect(calls).toEqual(['hello'])
  })

  test('is not registered when it is refused', async () => {
    const { ask } = registry()
    const faulty = '{ nope }'
    const extensions = named(await hashOf(faulty))
    await ask({ query: faulty, extensions })
    expect((await ask({ extensions })).codes).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
  })

  test('is forgotten when others have been used since', async () => {
    const { ask } = registry()
    for (const document of [greet, '{ hello }', '{ __typename }']) {
      await ask({ query: document, extensions: named(await hashOf(document)) })
    }
    expect((await ask({ extensions: named(hash) })).codes).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
    expect((await ask({ extensions: named(await hashOf('{ hello }')) })).status).toBe(200)
  })

  test.for([
    { version: 2, sha256Hash: hash },
    { version: 1, sha256Hash: hash.toUpperCase() },
    { version: 1, sha256Hash: `${hash}0` },
    { version: 1, sha256Hash: 7 },
    { version: 1 },
    'text',
    [],
  ])('of the form %o is refused', async (persistedQuery) => {
    const answer = await registry().ask({ query: greet, extensions: { persistedQuery } })
    expect([answer.status, answer.codes]).toEqual([400, ['BAD_REQUEST']])
  })

  test('tells the client to stop when they are off', async () => {
    const answer = await endpointWith({}).ask({ query: greet, extensions: named(hash) })
    expect(answer.codes).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED'])
  })
})

describe('a trusted document', () => {
  const load = (id: string): Promise<string | undefined> =>
    Promise.resolve(id === hash || id === 'greet' ? greet : undefined)
  const trusting = (only: boolean) => {
    const trustedDocuments: TrustedDocuments = { only, load }
    const apq = createMemoryDocumentStore({ entries: 2, bytes: 10_000 })
    return endpointWith({ trustedDocuments, apq })
  }

  test.for([
    ['a name', { documentId: 'greet' }],
    ['a prefixed hash', { documentId: `sha256:${hash}` }],
    ['the hash that Apollo sends', { extensions: named(hash) }],
    ['the hash beside its own text', { query: greet, extensions: named(hash) }],
  ] as const)('is executed by %s', async ([, identifier]) => {
    for (const only of [true, false]) {
      const answer = await trusting(only).ask({ ...identifier, variables: { name: 'Ada' } })
      expect(answer.data).toEqual({ hello: 'Hello Ada' })
    }
  })

  test('is executed by GET', async () => {
    const response = await trusting(true).send(getRequest({ documentId: 'greet' }))
    expect((await readAnswer(response)).data).toEqual({ hello: 'Hello world' })
  })

  test('lends its identifier to no other text', async () => {
    const { ask, calls } = trusting(true)
    const answer = await ask({ query: '{ fails }', documentId: 'greet' })
    expect(answer.codes).toEqual(['GRAPHQL_DOCUMENT_MISMATCH'])
    expect(calls).toEqual([])
  })

  test('is the only kind that runs when only trusted ones may', async () => {
    const { ask, calls } = trusting(true)
    const foreign = '{ fails }'
    const answers = [
      await ask({ query: greet }),
      await ask({ query: foreign }),
      await ask({ documentId: 'foreign' }),
      await ask({ query: foreign, extensions: named(await hashOf(foreign)) }),
      await ask({ extensions: named(await hashOf(foreign)) }),
    ]
    expect(answers.map((answer) => answer.codes[0])).toEqual([
      'GRAPHQL_DOCUMENT_REQUIRED',
      'GRAPHQL_DOCUMENT_REQUIRED',
      'GRAPHQL_DOCUMENT_UNKNOWN',
      'GRAPHQL_DOCUMENT_UNKNOWN',
      'GRAPHQL_DOCUMENT_UNKNOWN',
    ])
    expect(calls).toEqual([])
  })

  test('leaves text and hashes of others alone when they may run too', async () => {
    const { ask } = trusting(false)
    expect((await ask({ query: '{ hello }' })).status).toBe(200)
    const extensions = named(await hashOf('{ hello }'))
    expect((await ask({ query: '{ hello }', extensions })).status).toBe(200)
    expect((await ask({ documentId: 'foreign' })).codes).toEqual(['GRAPHQL_DOCUMENT_UNKNOWN'])
  })
})

test('an identifier is refused where there are no trusted documents', async () => {
  const answer = await endpointWith({}).ask({ documentId: 'greet' })
  expect(answer.codes).toEqual(['GRAPHQL_DOCUMENT_UNKNOWN'])
})

import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { expect, test } from 'vitest'
import { createMemoryDocumentStore } from '../../../src/app/graphql/persisted.ts'
import { makeEndpoint } from './support.ts'

const greet = gql`
  query Greet($name: String) {
    hello(name: $name)
  }
`

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Apollo Client as an application has it, over an endpoint in the same process. */
function makeClient(options: { persisted: boolean; useGet: boolean }) {
  const endpoint = makeEndpoint({ apq: createMemoryDocumentStore({ entries: 10, bytes: 10_000 }) })
  const sent: string[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    sent.push(`${request.method} ${request.url}${await request.clone().text()}`)
    return endpoint.send(request)
  }
  const http = new HttpLink({
    uri: 'https://demo.rustok.test/graphql',
    fetch,
    useGETForQueries: options.useGet,
  })
  const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries: options.useGet })
  const link = options.persisted ? persisted.concat(http) : http
  const client = new ApolloClient({ link, cache: new InMemoryCache() })
  return { client, sent, calls: endpoint.calls }
}

test.for([true, false])('Apollo Client reads by GET: %s', async (useGet) => {
  const { client } = makeClient({ persisted: false, useGet })
  const { data } = await client.query({ query: greet, variables: { name: 'Ada' } })
  expect(data).toEqual({ hello: 'Hello Ada' })
})

test.for([true, false])(
  'Apollo Client sends a document once, then its hash (GET: %s)',
  async (useGet) => {
    const { client, sent, calls } = makeClient({ persisted: true, useGet })
    for (const name of ['one', 'two']) {
      const { data } = await client.query({ query: greet, variables: { name } })
      expect(data).toEqual({ hello: `Hello ${name}` })
    }
    expect(sent.map((request) => request.includes('hello'))).toEqual([false, true, false])
    expect(calls).toEqual(['hello', 'hello'])
  },
)

test('Apollo Client writes, and reports a refused document', async () => {
  const { client } = makeClient({ persisted: false, useGet: true })
  const { data } = await client.mutate({
    mutation: gql`
      mutation {
        touch
      }
    `,
  })
  expect(data).toEqual({ touch: true })
  const refused = client.query({
    query: gql`
      {
        nope
      }
    `,
  })
  await expect(refused).rejects.toThrow('Cannot query field "nope" on type "Query".')
})

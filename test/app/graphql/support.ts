import { buildSchema, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql'
import { createGraphqlEndpoint } from '../../../src/app/graphql/endpoint.ts'
import { graphqlLimits } from '../../../src/app/graphql/limits.ts'
import type { GraphqlEndpointOptions, GraphqlEvent } from '../../../src/app/graphql/options.ts'

/** What resolvers are given in these tests; `calls` is the order they ran in. */
export interface TestContext {
  readonly calls: string[]
  readonly mayIntrospect: boolean
}

const definition = `
  type Query {
    hello(name: String = "world"): String
    post(slug: String!): Post
    posts(limit: Int = 20, after: String): PostPage!
    latest(first: Int): [Post!]!
    byIds(ids: [ID!]!): [Post]!
    fails: String
    throws: String!
    wrongType: Int
  }
  type Mutation {
    publish(slug: String!): Post
    touch(note: NoteInput): Boolean
  }
  input NoteInput { text: String! tags: [String!] }
  type Subscription { ticks: Int }
  type PostPage { items: [Post!]! nextCursor: String }
  type Post { id: ID! slug: String! title: String author: Author tags: [Tag!]! related(first: Int): [Post!]! }
  type Author { id: ID! name: String posts(first: Int): [Post!]! }
  type Tag { slug: String! }
`

const secret = 'canary-7f3a at /srv/app/src/modules/blog/repo.ts:42'

function makePost(slug: string): object {
  const author = { id: 'a1', name: 'Ada', posts: () => [] }
  return { id: slug, slug, title: slug, author, tags: [{ slug: 'news' }], related: () => [] }
}

type Args = Readonly<Record<string, unknown>>

/** A schema without mutations. */
export const makeQueryOnlySchema = (): GraphQLSchema => buildSchema('type Query { hello: String }')

/** A small blog whose root fields note their calls. */
export function makeSchema(): GraphQLSchema {
  const schema = buildSchema(definition)
  const resolve = (type: 'Query' | 'Mutation', name: string, make: (args: Args) => unknown) => {
    const field = (
      type === 'Query' ? schema.getQueryType() : schema.getMutationType()
    )?.getFields()[name]
    if (field === undefined) throw new Error(`There is no ${type}.${name}`)
    field.resolve = (_source: unknown, args: Args, context: TestContext) => {
      context.calls.push(name)
      return make(args)
    }
  }
  resolve('Query', 'hello', ({ name }) => `Hello ${String(name)}`)
  resolve('Query', 'post', ({ slug }) => Promise.resolve(makePost(String(slug))))
  resolve('Query', 'posts', () => ({ items: [makePost('one'), makePost('two')] }))
  resolve('Query', 'latest', () => [makePost('one')])
  resolve('Query', 'byIds', () => [])
  resolve('Query', 'fails', () => {
    throw new Error(secret)
  })
  resolve('Query', 'throws', () => Promise.reject(new GraphQLError(secret)))
  resolve('Query', 'wrongType', () => secret)
  resolve('Mutation', 'publish', ({ slug }) => makePost(String(slug)))
  resolve('Mutation', 'touch', () => true)
  return schema
}

/** Tells the client nothing of what a resolver threw. */
function maskError(error: GraphQLError): GraphQLFormattedError {
  const place = error.path === undefined ? {} : { path: error.path }
  return { message: 'An unexpected error happened', ...place, extensions: { code: 'internal' } }
}

/** A blog endpoint of its own for one test. */
export function makeEndpoint(overrides: Partial<GraphqlEndpointOptions<TestContext>> = {}) {
  const events: GraphqlEvent[] = []
  const calls: string[] = []
  const endpoint = createGraphqlEndpoint<TestContext>({
    schema: makeSchema,
    maskError,
    limits: graphqlLimits,
    introspection: ({ mayIntrospect }) => mayIntrospect,
    observe: (event) => events.push(event),
    ...overrides,
  })
  const send = (request: Request, mayIntrospect = false): Promise<Response> =>
    endpoint.handle(request, { calls, mayIntrospect })
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    send(postRequest(JSON.stringify(body), headers))
  /** Sends a document and asks for the media type whose status tells success from refusal. */
  const query = async (text: string, variables: Args = {}): Promise<Answer> =>
    readAnswer(
      await post({ query: text, variables }, { accept: 'application/graphql-response+json' }),
    )
  const documentOutcomes = (): string[] =>
    events.flatMap((event) => (event.kind === 'document' ? [event.outcome] : []))
  return { handle: endpoint.handle, send, post, query, events, calls, documentOutcomes }
}

/** An answer taken apart. */
export interface Answer {
  readonly status: number
  readonly data: Readonly<Record<string, unknown>> | null | undefined
  readonly errors: readonly GraphQLFormattedError[]
  readonly codes: readonly unknown[]
  readonly text: string
}

/** Reads an answer that must be JSON. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const { data, errors = [] } = JSON.parse(text)
  const codes = errors.map((error: GraphQLFormattedError) => error.extensions?.['code'])
  return { status: response.status, data, errors, codes, text }
}

/** A POST as every client sends it. */
export function postRequest(
  body: BodyInit | null,
  headers: Record<string, string> = {},
  address = 'https://demo.rustok.test/graphql',
): Request {
  const all = { 'content-type': 'application/json', ...headers }
  return new Request(address, { method: 'POST', body, headers: all })
}

/** A GET with these parameters. */
export function getRequest(
  parameters: Record<string, string>,
  headers: Record<string, string> = { accept: 'application/graphql-response+json' },
): Request {
  const search = new URLSearchParams(parameters).toString()
  return new Request(`https://demo.rustok.test/graphql?${search}`, { headers })
}

/** The secret that resolvers of the schema throw. */
export const leakedSecret = secret

import { randomUUID } from 'node:crypto'
import { type IncomingMessage, createServer } from 'node:http'
import * as z from 'zod'

/** A binding of an uploaded version, in the words of Cloudflare's API. */
export type Binding = z.infer<typeof bindingSchema>

/** What the account holds and what was asked of it, for a test to look at. */
export interface AccountState {
  readonly databases: { readonly uuid: string; readonly name: string }[]
  readonly namespaces: { readonly id: string; readonly title: string }[]
  readonly buckets: { readonly name: string }[]
  readonly queues: { readonly queue_id: string; readonly queue_name: string }[]
  /** The names of the migrations that were applied. */
  readonly migrations: { readonly name: string }[]
  /** The bindings of each version that was uploaded, oldest first. */
  readonly versions: Binding[][]
  /** Method and path of every request, in order, without the account. */
  readonly requests: string[]
}

/** A stand-in for the parts of Cloudflare's API (v4) that wrangler uses in a deployment. */
export interface CloudflareApi {
  readonly url: string
  readonly state: AccountState
  readonly close: () => Promise<void>
}

interface Call {
  readonly state: AccountState
  /** What the pattern of the route caught in the path. */
  readonly key: string
  readonly query: URLSearchParams
  readonly body: string
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

const bindingSchema = z.looseObject({
  name: z.string(),
  type: z.string(),
  text: z.string().optional(),
  namespace_id: z.string().optional(),
  /** The uuid of a database. */
  id: z.string().optional(),
})
const metadataSchema = z.object({ bindings: z.array(bindingSchema) })
const nameSchema = z.object({ name: z.string() })

const ok = (result: unknown, more = {}): Answer => ({
  status: 200,
  body: { success: true, errors: [], messages: [], result, ...more },
})

const missing = (code: number, message: string): Answer => ({
  status: 404,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
})

const page = (all: readonly unknown[], { query }: Call): Answer => {
  const number = Number(query.get('page') ?? 1)
  const items = number === 1 ? all : []
  const counts = { count: items.length, total_count: all.length, total_pages: 1 }
  return ok(items, { result_info: { page: number, per_page: 100, ...counts } })
}

const create = <T>(list: T[], made: T): Answer => {
  list.push(made)
  return ok(made)
}

const found = <T>(entry: T | undefined, code: number, message: string): Answer =>
  entry === undefined ? missing(code, message) : ok(entry)

const nameIn = (body: string): string => nameSchema.parse(JSON.parse(body)).name

/** Reads the metadata part of an upload, which is multipart/form-data (RFC 7578). */
const bindingsIn = (upload: string): Binding[] => {
  const part = upload.slice(upload.indexOf('name="metadata"'))
  const text = part.slice(part.indexOf('\r\n\r\n') + 4)
  return metadataSchema.parse(JSON.parse(text.slice(0, text.indexOf('\r\n')))).bindings
}

/** Remembers which migrations the SQL records, and answers the list of them when asked. */
const query = ({ state, body }: Call): Answer => {
  const { sql } = z.object({ sql: z.string() }).parse(JSON.parse(body))
  for (const [, name] of sql.matchAll(/INSERT INTO "d1_migrations"[^']*'([^']+)'/g)) {
    state.migrations.push({ name: name ?? '' })
  }
  const results = sql.startsWith('SELECT') ? state.migrations : []
  return ok([{ results, success: true, meta: { duration: 1 } }])
}

/** Acts on a database that the account has. Cloudflare takes its uuid alone for that. */
const ofDatabase =
  (answer: (call: Call, database: AccountState['databases'][number]) => Answer) =>
  (call: Call): Answer => {
    const database = call.state.databases.find(({ uuid }) => uuid === call.key)
    return database === undefined
      ? missing(7404, `The database ${call.key} could not be found`)
      : answer(call, database)
  }

const noWorker = missing(10_007, 'This Worker does not exist on your account.')

type Route = readonly [pattern: RegExp, answer: (call: Call) => Answer]

/** The first pattern that fits answers; what fits none is answered by an empty success. */
const routes: readonly Route[] = [
  [/^GET \/accounts$/, (call) => page([{ id: 'account', name: 'Example' }], call)],
  [/^GET \/memberships$/, (call) => page([], call)],
  [/^GET \/user\/tokens\/verify$/, () => ok({ id: 'token', status: 'active' })],
  [/^GET \/d1\/database$/, (call) => page(call.state.databases, call)],
  [
    /^POST \/d1\/database$/,
    ({ state, body }) => create(state.databases, { uuid: randomUUID(), name: nameIn(body) }),
  ],
  [
    /^GET \/d1\/database\/([\w-]+)\/time_travel\/bookmark$/,
    ofDatabase(() => ok({ bookmark: 'bookmark-1' })),
  ],
  [/^POST \/d1\/database\/([\w-]+)\/query$/, ofDatabase(query)],
  [
    /^GET \/d1\/database\/([\w-]+)$/,
    // This path alone takes a name too.
    ({ state, key }) => {
      const entry = state.databases.find(({ uuid, name }) => uuid === key || name === key)
      return found(entry, 7404, `The database ${key} could not be found`)
    },
  ],
  [/^GET \/storage\/kv\/namespaces$/, (call) => page(call.state.namespaces, call)],
  [
    /^POST \/storage\/kv\/namespaces$/,
    ({ state, body }) => {
      const { title } = z.object({ title: z.string() }).parse(JSON.parse(body))
      return create(state.namespaces, { id: randomUUID().replaceAll('-', ''), title })
    },
  ],
  [
    /^GET \/r2\/buckets\/([\w-]+)$/,
    ({ state, key }) => {
      const entry = state.buckets.find(({ name }) => name === key)
      return found(entry, 10_006, 'The specified bucket does not exist.')
    },
  ],
  [/^POST \/r2\/buckets$/, ({ state, body }) => create(state.buckets, { name: nameIn(body) })],
  [
    /^GET \/queues$/,
    (call) => {
      const name = call.query.get('name')
      const all = call.state.queues.map((queue) => ({ ...queue, producers: [], consumers: [] }))
      return page(name === null ? all : all.filter((queue) => queue.queue_name === name), call)
    },
  ],
  [
    /^POST \/queues$/,
    ({ state, body }) => {
      const { queue_name } = z.object({ queue_name: z.string() }).parse(JSON.parse(body))
      return create(state.queues, { queue_id: randomUUID(), queue_name })
    },
  ],
  [
    /^(?:PUT|POST) \/workers\/scripts\/[\w-]+(?:\/versions)?$/,
    ({ state, body }) => {
      const bindings = bindingsIn(body)
      const isThere = (id: string | undefined) => state.databases.some(({ uuid }) => uuid === id)
      const lost = bindings.find(({ type, id }) => type === 'd1' && !isThere(id))
      if (lost !== undefined) return missing(10_181, `The database ${lost.id} could not be found`)
      state.versions.push(bindings)
      return ok({ id: randomUUID(), startup_time_ms: 1, resources: { script: { etag: '' } } })
    },
  ],
  [
    /^GET \/workers\/scripts\/[\w-]+\/secrets$/,
    ({ state }) => {
      const secrets = state.versions.flat().filter(({ type }) => type === 'secret_text')
      return state.versions.length === 0 ? noWorker : ok(secrets)
    },
  ],
  [
    /^GET \/workers\/(?:services|scripts)\//,
    ({ state }) => {
      const script = { last_deployed_from: 'wrangler', tags: [] }
      if (state.versions.length === 0) return noWorker
      return ok({ default_environment: { script }, deployments: [], bindings: [] })
    },
  ],
  [
    /^GET \/workers\/workers\//,
    () => ok({ subdomain: { enabled: true, previews_enabled: false } }),
  ],
  [/^GET \/workers\/subdomain$/, () => ok({ subdomain: 'example' })],
  [/assets-upload-session$/, () => ok({ jwt: 'jwt', buckets: [] })],
]

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request.setEncoding('latin1')) body += String(chunk)
  return body
}

const answerTo = async (state: AccountState, request: IncomingMessage): Promise<Answer> => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const name = `${request.method} ${url.pathname.replace(/^\/accounts\/account(?=\/)/, '')}`
  state.requests.push(name)
  const body = await bodyOf(request)
  for (const [pattern, answer] of routes) {
    const parts = pattern.exec(name)
    if (parts !== null) return answer({ state, key: parts[1] ?? '', query: url.searchParams, body })
  }
  return ok({})
}

/** Starts the stand-in, with an empty account, on a free port. */
export async function startCloudflareApi(): Promise<CloudflareApi> {
  const state: AccountState = {
    databases: [],
    namespaces: [],
    buckets: [],
    queues: [],
    migrations: [],
    versions: [],
    requests: [],
  }
  const server = createServer((request, response) => {
    void answerTo(state, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    state,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

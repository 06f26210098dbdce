import { signIn } from './data.ts'
import type { Call, Load } from './measure.ts'
import { hosts, type Runtime } from './runtime.ts'
import { excerpt, shortBody } from './text.ts'

/** One kind of request, ours and the twin's. */
export interface Case {
  readonly name: string
  /** What the twin does. */
  readonly twin: string
  /** The most that our CPU time may be, as a multiple of the twin's. */
  readonly limit: number
  /** Whether 99 of 100 requests must be answered within four times the median. */
  readonly isEven: boolean
  /**
   * Requests of either before the first measured one: V8 compiles what a request runs in stages, and
   * the figures are those of an isolate that has been at work for a while.
   */
  readonly warmUp: number
  readonly ours: Load
  readonly bare: Load
}

/** The tenant that is measured. */
export const TENANT = 'demo'
/** Its posts. */
export const POSTS = 1_000

const IN_FLIGHT = 4
/** A log-in takes tens of milliseconds of CPU: a hundred tell as much as thousands of reads. */
const LOGINS = 120
const FIRST_LOGINS = 500

// Cloudflare compresses behind the Worker; here Miniflare would, on the Worker's account.
const plain = { 'accept-encoding': 'identity', accept: 'application/json' }
const json = { ...plain, 'content-type': 'application/json' }

const query = `query Posts($limit: Int) {
  posts(limit: $limit) {
    items {
      id status locale slug title excerpt publishedAt createdAt updatedAt version
      author { id slug name } category { id slug name } tags { slug name }
    }
  }
}`

const ours = (kind: 'cached' | 'uncached', path: string): string =>
  `http://${TENANT}.${hosts[kind]}${path}`
const bare = (path: string): string => `http://${hosts.twin}/${TENANT}${path}`

/** A request for JSON, uncompressed, that must be answered 200. */
export const get = (url: string, headers: Call['headers'] = {}): Call => ({
  url,
  headers: { ...plain, ...headers },
  status: 200,
})
/** The same with a body. */
export const post = (
  url: string,
  body: unknown,
  headers: Call['headers'] = {},
  status = 200,
): Call => ({
  url,
  method: 'POST',
  headers: { ...json, ...headers },
  body: JSON.stringify(body),
  status,
})

/** A published post of the seed, another one for each index. */
export const slugOf = (index: number): string =>
  `post-${(index % (POSTS / 10)) * 10 + 1 + (index % 9)}`

let newPosts = 0
/** A post that has not been written yet. */
export const newPost = () => {
  const slug = `created-${newPosts++}`
  return { title: slug, slug, excerpt, body: shortBody }
}

/** What a case is made of beside its calls. */
interface Setting {
  readonly runtime: Runtime
  readonly admin: Call['headers']
  readonly customer: Call['headers']
  readonly load: (call: Load['call']) => Load
  readonly warmUp: number
}

/** Everything that is measured, with its targets. */
export async function casesOf(runtime: Runtime, requests: number): Promise<Case[]> {
  const setting: Setting = {
    runtime,
    admin: await signIn(runtime, TENANT, 'admin'),
    customer: await signIn(runtime, TENANT, 'customer'),
    load: (call) => ({ call, requests, inFlight: IN_FLIGHT }),
    warmUp: 2 * requests,
  }
  return [...readCases(setting), ...writeCases(setting)]
}

const bySlug = (index: number): string => `/api/v1/blog/posts-by-slug/${slugOf(index)}`

function readCases({ customer, load, warmUp }: Setting): Case[] {
  const bareBySlug = load((index) => get(bare(`/posts/${slugOf(index)}`)))
  return [
    {
      name: 'post by slug, cached',
      twin: 'hello',
      limit: 1.4,
      isEven: true,
      warmUp,
      ours: load(() => get(ours('cached', bySlug(1)))),
      bare: load(() => get(`http://${hosts.twin}/hello`)),
    },
    {
      name: 'post by slug, uncached',
      twin: 'one statement',
      limit: 1.4,
      isEven: true,
      warmUp,
      ours: load((index) => get(ours('uncached', bySlug(index)))),
      bare: bareBySlug,
    },
    {
      name: 'post by slug, signed in',
      twin: 'one statement',
      limit: 1.4,
      isEven: true,
      warmUp,
      ours: load((index) => get(ours('uncached', bySlug(index)), customer)),
      bare: bareBySlug,
    },
    {
      name: 'list of 20 with authors',
      twin: 'one statement',
      limit: 1.4,
      isEven: true,
      warmUp,
      ours: load(() => get(ours('uncached', '/api/v1/blog/posts?limit=20'))),
      bare: load(() => get(bare('/posts?limit=20'))),
    },
    {
      name: 'the same by GraphQL',
      twin: 'graphql-js and one statement',
      limit: 1.5,
      isEven: true,
      warmUp,
      ours: load(() => post(ours('uncached', '/graphql'), { query, variables: { limit: 20 } })),
      bare: load(() => post(bare('/graphql'), { query, variables: { limit: 20 } })),
    },
  ]
}

function writeCases({ runtime, admin, load, warmUp }: Setting): Case[] {
  const password = runtime.secrets['DEMO_PASSWORD'] ?? ''
  const created = load(() => post(ours('uncached', '/api/v1/blog/posts'), newPost(), admin, 201))
  const hashing = (call: Load['call']): Load => ({ call, requests: LOGINS, inFlight: 1 })
  return [
    {
      name: 'create a post',
      twin: 'one insert',
      limit: 1.4,
      isEven: true,
      warmUp,
      ours: created,
      bare: load(() => post(bare('/posts'), newPost(), {}, 201)),
    },
    {
      name: 'create a post with all that goes with it',
      twin: 'the same rows in one batch',
      limit: 1.4,
      isEven: true,
      warmUp,
      ours: created,
      bare: load(() => post(bare('/batch'), newPost(), {}, 201)),
    },
    {
      name: 'log in',
      twin: 'one argon2id hash',
      limit: 1.1,
      isEven: false,
      warmUp: FIRST_LOGINS,
      ours: hashing(() => {
        const email = `customer@${TENANT}.example`
        return post(ours('uncached', '/api/v1/auth/login'), { email, password })
      }),
      bare: hashing(() => ({
        url: `http://${hosts.twin}/hash`,
        method: 'POST',
        headers: plain,
        body: password,
        status: 200,
      })),
    },
  ]
}

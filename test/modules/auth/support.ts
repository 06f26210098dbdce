import { env } from 'cloudflare:workers'
import { serve } from '../../../src/app/fetch.ts'
import type { Isolate } from '../../../src/app/isolate.ts'
import type { Database } from '../../../src/ports/database.ts'
import type { PasswordHasher } from '../../../src/ports/hasher.ts'
import type { SignedIn } from '../../../src/modules/auth/types.ts'
import { createWorld, PASSWORD, type Role, type World } from '../../support/world.ts'

/** A request with a JSON body, as a stranger or with a token. */
export interface Call {
  readonly body?: unknown
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that has been read. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number
  readonly body: Body
  readonly text: string
  readonly headers: Headers
  /** Database round trips, by `Server-Timing`. */
  readonly trips: number
}

/** A world whose hasher is the real one, with its work counted. */
export interface AuthWorld extends World {
  readonly hashes: { count: number }
  /** Database round trips since the last time of asking, of refused requests too. */
  tripsSince(): number
  /** Replaces parts of the hasher. */
  wrapHasher(parts: Partial<PasswordHasher>): void
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    call?: Call,
  ): Promise<Answer<Body>>
  /** Makes a user with the role and logs in. */
  login(role: Role): Promise<SignedIn>
  /** Logs in once more. */
  loginAgain(email: string, password?: string): Promise<SignedIn>
}

/** Makes a world for tests of accounts. */
export async function createAuthWorld(
  options?: Parameters<typeof createWorld>[0],
): Promise<AuthWorld> {
  const world = await createWorld(options)
  const hashes = { count: 0 }
  let parts: Partial<PasswordHasher> = {}
  let databases: Database[] = []
  const noted = (database: Database): Database => {
    databases.push(database)
    return database
  }
  const hashing = withHasher(world.isolate, hashes, () => parts)
  const { shards } = hashing.shared
  const isolate: Isolate = {
    ...hashing,
    shared: {
      ...hashing.shared,
      shards: {
        ...shards,
        open: (...of) => noted(shards.open(...of)),
        openUngated: (...of) => noted(shards.openUngated(...of)),
        openAll: () => noted(shards.openAll()),
      },
    },
  }
  const call: AuthWorld['call'] = (method, path, input) =>
    send(isolate, new URL(path, world.origin), method, input)
  const loginAgain: AuthWorld['loginAgain'] = async (email, password = PASSWORD) => {
    const { status, body, text } = await call<SignedIn>('POST', '/api/v1/auth/login', {
      body: { email, password },
    })
    if (status !== 200) throw new Error(`the log-in answered ${status}: ${text}`)
    return body
  }
  return {
    ...world,
    isolate,
    hashes,
    tripsSince() {
      const trips = databases.reduce((sum, database) => sum + database.stats().roundTrips, 0)
      databases = []
      return trips
    },
    wrapHasher: (wrapped) => void (parts = wrapped),
    call,
    loginAgain,
    async login(role) {
      await world.as(role)
      return loginAgain(emailOf(world, role))
    },
  }
}

/** The address of a world's user. */
export function emailOf(world: Pick<World, 'slug'>, role: Role): string {
  return `${role}@${world.slug}.example`
}

/** Sends a request to an isolate and reads the answer. */
export async function send<Body = Record<string, unknown>>(
  isolate: Isolate,
  url: URL,
  method: string,
  { body, token, headers = {} }: Call = {},
): Promise<Answer<Body>> {
  const request = new Request(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const response = await serve(isolate, request)
  const text = await response.text()
  const trips = /db-trips;desc="(\d+)"/.exec(response.headers.get('server-timing') ?? '')?.[1]
  return {
    status: response.status,
    text,
    body: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
    trips: Number(trips ?? Number.NaN),
  }
}

/** All rows of a query, straight from the database. */
export async function rows<Row = Record<string, unknown>>(
  sql: string,
  ...params: (string | number)[]
): Promise<Row[]> {
  const statement = env.DB.prepare(sql)
  return (await (params.length > 0 ? statement.bind(...params) : statement).all<Row>()).results
}

/** The events of a tenant, oldest first. */
export async function eventsOf(tenantId: string): Promise<{ type: string; payload: string }[]> {
  return rows(
    'SELECT type, aggregate_version AS version, payload FROM outbox WHERE tenant_id = ? ORDER BY seq',
    tenantId,
  )
}

function withHasher(
  isolate: Isolate,
  hashes: { count: number },
  parts: () => Partial<PasswordHasher>,
): Isolate {
  const real = isolate.shared.hasher
  const current = (): PasswordHasher => ({ ...real, ...parts() })
  const counted = <T>(work: () => Promise<T>): Promise<T> => {
    hashes.count += 1
    return work()
  }
  const hasher: PasswordHasher = {
    hash: (password) => counted(() => current().hash(password)),
    verify: (password, phc) => counted(() => current().verify(password, phc)),
    verifyDummy: (password) => counted(() => current().verifyDummy(password)),
    needsRehash: (phc) => current().needsRehash(phc),
  }
  return { ...isolate, shared: { ...isolate.shared, hasher } }
}

import { env } from 'cloudflare:workers'
import { serve } from '../../src/app/fetch.ts'
import { type Isolate, createIsolate } from '../../src/app/isolate.ts'
import { drain } from '../../src/app/delivery/drain.ts'
import { depsOf } from '../../src/app/lifecycle/deps.ts'
import { modules } from '../../src/app/modules.ts'
import { CONTROL_SLUG } from '../../src/app/lifecycle/initialize.ts'
import { deployment } from '../../src/kernel/deployment.ts'
import { runSchedules } from '../../src/app/scheduled.ts'
import type { WrapDriver } from '../../src/app/shards.ts'
import { type RequestContext, systemContext } from '../../src/kernel/context.ts'
import type { Query, SqlValue } from '../../src/kernel/statement.ts'
import { createUser } from '../../src/modules/auth/index.ts'
import { login } from '../../src/modules/auth/sessions/service/login.ts'
import type { SignedIn } from '../../src/modules/auth/types.ts'
import { provisionTenant } from '../../src/modules/tenants/index.ts'
import { PRIMARY_SHARD } from '../../src/ports/database.ts'
import type { Deps } from '../../src/ports/deps.ts'
import type { PasswordHasher } from '../../src/ports/hasher.ts'

/** The password of every user of a world. */
export const PASSWORD = 'correct horse battery staple'

const hash = await createIsolate(env).shared.hasher.hash(PASSWORD)

/** Skips the cost of hashing where a test is not about passwords; the hash itself is real. */
const knownHasher: PasswordHasher = {
  hash: async () => hash,
  verify: async (password) => password === PASSWORD,
  needsRehash: () => false,
  verifyDummy: async () => undefined,
}

/** A clock that a test moves. */
export function createTestClock(start: number = Date.now()) {
  let now = start
  return { now: () => now, advance: (milliseconds: number) => void (now += milliseconds) }
}

/** Who calls. */
export type Role = 'super_admin' | 'admin' | 'manager' | 'customer'

/** A request of a client, with JSON in and out. */
export interface CallOptions {
  /** Sent as JSON; a text, bytes and a stream as they are. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A client of a tenant. */
export interface Client {
  readonly userId: string | undefined
  readonly token: string | undefined
  fetch(method: string, path: string, options?: CallOptions): Promise<Response>
  json<T = Record<string, unknown>>(method: string, path: string, options?: CallOptions): Promise<T>
  graphql<T = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ data: T | null; errors?: { message: string; extensions: { code: string } }[] }>
}

/** A fresh tenant with users, and the ways to act as them. */
export interface World {
  readonly isolate: Isolate
  readonly clock: ReturnType<typeof createTestClock>
  readonly tenantId: string
  readonly slug: string
  readonly origin: string
  /** A user of that role whose session has stepped up. */
  as(role: Role): Promise<Client>
  readonly anonymous: Client
  deps(): Deps
  system(): Promise<RequestContext>
  /** Reads the database of the world's tenant. */
  rows<R>(sql: string, ...params: SqlValue[]): Promise<R[]>
  /** Delivers the world's owed events and due jobs, until none is due at its instant. */
  drain(): Promise<number>
  /** Runs the cron tick at the world's instant. */
  tick(): Promise<void>
  /** The types of the events owed for an aggregate, in their order; the versions must have no gaps. */
  eventsOf(aggregateId: string): Promise<string[]>
  /** The actions in the audit log for a target, in their order. */
  auditOf(targetId: string): Promise<string[]>
}

let sequence = 0

/** Makes a world: its own tenant, its own isolate memory and its own clock over the shared storage. */
export async function createWorld(
  options: {
    readonly isControl?: boolean
    readonly modules?: string[]
    readonly env?: Record<string, unknown>
    /** The shard of the world's tenant; `primary` when absent. */
    readonly shard?: string
    /** Puts something between the platform and its databases. */
    readonly wrapDriver?: WrapDriver
    /** Where its clock begins; the time of the machine when absent. */
    readonly startsAt?: number
  } = {},
): Promise<World> {
  const clock = createTestClock(options.startsAt)
  const isolate = createIsolate(
    {
      ...env,
      LIMITS_REQUESTS_PER_MINUTE: '1000000',
      // A busy machine is not a database fault.
      DATABASE_TIMEOUT_MS: '30000',
      // A test says itself when its events and jobs are delivered.
      EVENTS_TRANSPORT: 'inline',
      EVENTS_NUDGE: 'false',
      ...options.env,
    } as Env,
    clock,
    options.wrapDriver,
  ) // -- the extra keys are texts, as every variable is
  // The worlds share their database, and each would work off what the others owe.
  if (options.env?.['EVENTS_NUDGE'] === undefined)
    Object.assign(isolate, { wake: () => Promise.resolve() })
  const deps = () => ({ ...depsOf(isolate, options.shard), hasher: knownHasher })
  sequence += 1
  const slug = `t${clock.now().toString(36)}${sequence}x${isolate.shared.ids.random(2).join('')}`
  const id = isolate.shared.ids.next()
  await provisionTenant(
    deps(),
    { requestId: id, now: clock.now() },
    {
      slug,
      name: `Tenant ${slug}`,
      isControl: options.isControl ?? false,
      ...(options.modules ? { modules: options.modules } : {}),
      ...(options.shard === undefined ? {} : { shard: options.shard }),
    },
  )
  const origin = `https://${slug}.rustok.test`
  const tenantOf = async () => {
    const tenant = await deps().tenants.find({ kind: 'slug', value: slug })
    if (!tenant) throw new Error('the world has no tenant')
    return tenant
  }
  const system = async () => {
    const permissions = modules.flatMap((module) =>
      module.permissions.map((permission) => permission.name),
    )
    return systemContext(await tenantOf(), {
      name: 'test',
      permissions,
      id: isolate.shared.ids.next(),
      now: clock.now(),
    })
  }
  const drainOwn = async () => drain(isolate, options.shard ?? PRIMARY_SHARD, (await tenantOf()).id)
  const clients = new Map<Role, Client>()
  const rows: World['rows'] = async <R>(sql: string, ...params: SqlValue[]) => {
    const query: Query<R> = { sql, params }
    const [found] = await deps().db.bookkeep<[Query<R>]>([query])
    return found
  }
  return {
    isolate,
    clock,
    slug,
    origin,
    tenantId: (await tenantOf()).id,
    anonymous: clientOf(isolate, origin, undefined, undefined),
    deps,
    system,
    rows,
    drain: () => drainOwn(),
    tick: async () => {
      await putOffSchedules()
      await bringForward(clock.now())
      await runSchedules(isolate)
      await drainDeclared(isolate)
      await drainOwn()
    },
    async eventsOf(aggregateId) {
      const events = await rows<{ type: string; version: number }>(
        'SELECT type, aggregate_version AS version FROM outbox WHERE aggregate_id = ? ORDER BY seq',
        aggregateId,
      )
      if (events.some((event, index) => event.version !== index + 1))
        throw new Error('the versions have gaps')
      return events.map((event) => event.type)
    },
    async auditOf(targetId) {
      const entries = await rows<{ action: string }>(
        'SELECT action FROM audit_log WHERE target_id = ? ORDER BY id',
        targetId,
      )
      return entries.map((entry) => entry.action)
    },
    async as(role) {
      const known = clients.get(role)
      if (known) return known
      const ctx = await system()
      const email = `${role}@${slug}.example`
      const user = await createUser(deps(), ctx, {
        email,
        name: role,
        password: PASSWORD,
        roles: [role],
      })
      const signedIn = await signInTo(deps(), ctx, email)
      await deps().db.bookkeep([
        {
          sql: 'UPDATE sessions SET elevated_until = ? WHERE tenant_id = ? AND unlikely(user_id = ?)',
          params: [Number.MAX_SAFE_INTEGER, ctx.tenant.id, user.id],
        },
      ])
      const client = clientOf(isolate, origin, user.id, signedIn.accessToken)
      clients.set(role, client)
      return client
    },
  }
}

/** Logs in a user of a world who has no second factor. */
export async function signInTo(
  deps: Deps,
  ctx: RequestContext,
  email: string,
  password = PASSWORD,
): Promise<SignedIn> {
  const answer = await login(deps, ctx, { email, password })
  if ('challenge' in answer) throw new Error(`${email} has a second factor`)
  return answer
}

/**
 * The deployment's schedules are shared by all worlds, whose clocks differ: what a world ahead has
 * moved on is due again for this one.
 */
async function bringForward(now: number): Promise<void> {
  const sql = `UPDATE schedules SET next_run_at = ?1
    WHERE name = 'blog:publish-due' AND declaration IS NOT NULL AND next_run_at > ?1`
  await env.DB.prepare(sql).bind(now).run()
}

const YEAR = 31_536_000_000

/** Puts off the schedules of worlds that were there before, of which a tick starts so many only. */
export async function putOffSchedules(): Promise<void> {
  const sql = 'UPDATE schedules SET next_run_at = next_run_at + ? WHERE declaration IS NULL'
  await env.DB.prepare(sql).bind(YEAR).run()
}

/** Performs the jobs of the deployment's own schedules. */
async function drainDeclared(isolate: Isolate): Promise<void> {
  const control = await depsOf(isolate).tenants.find({ kind: 'slug', value: CONTROL_SLUG })
  const sql = "SELECT DISTINCT tenant_id AS id FROM schedules WHERE name = 'blog:publish-due'"
  const { results } = await env.DB.prepare(sql).all<{ id: string }>()
  const owners = new Set([deployment.id, control?.id, ...results.map(({ id }) => id)])
  for (const owner of owners) if (owner !== undefined) await drain(isolate, PRIMARY_SHARD, owner)
}

function isRaw(body: unknown): body is string | ReadableStream | ArrayBuffer | Uint8Array {
  if (typeof body === 'string' || body instanceof ReadableStream) return true
  return body instanceof ArrayBuffer || body instanceof Uint8Array
}

function clientOf(
  isolate: Isolate,
  origin: string,
  userId: string | undefined,
  token: string | undefined,
): Client {
  const send: Client['fetch'] = (method, path, { body, headers = {} } = {}) =>
    serve(
      isolate,
      new Request(new URL(path, origin), {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
      }),
    )
  return {
    userId,
    token,
    fetch: send,
    async json(method, path, options) {
      const response = await send(method, path, options)
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    },
    async graphql(query, variables, headers) {
      const response = await send('POST', '/graphql', {
        body: { query, variables },
        ...(headers ? { headers } : {}),
      })
      return response.json()
    },
  }
}

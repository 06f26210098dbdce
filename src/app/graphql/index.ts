import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql'
import type { GraphqlCall, GraphqlContext } from '../../ports/graphql.ts'
import { forgetCookie } from '../http/authenticate.ts'
import { type Caller, type Incoming, identify, openCall, principalIn } from '../http/call.ts'
import { readBody } from '../http/body.ts'
import { allowOrigin } from '../http/cors.ts'
import { idempotencyClaim } from '../http/idempotency.ts'
import { page } from '../http/page.ts'
import { toPublicError } from '../http/problem.ts'
import { addCost } from '../http/respond.ts'
import { type Stale, renew, staleOf } from '../http/stale.ts'
import type { SystemRoute } from '../http/system-route.ts'
import type { Isolate } from '../isolate.ts'
import { createGraphqlEndpoint } from './endpoint.ts'
import { graphqlCode } from './errors.ts'
import { graphqlLimits } from './limits.ts'
import type { GraphqlEndpoint } from './options.ts'
import { graphiqlPage } from './page.ts'
import { createMemoryDocumentStore } from './persisted.ts'
import { buildSchema } from './schema.ts'
import { createDocumentLoader } from './trusted.ts'

/** The context of one request, with what the endpoint learns while it runs. */
interface CallContext extends GraphqlContext {
  readonly incoming: Incoming
  /** One, and one more after each mutation that has changed the tenant. */
  readonly calls: readonly GraphqlCall[]
  /** The body of a request with an idempotency key. */
  readonly keyedBody: string | undefined
  /** Headers that tell the caller's budget. */
  readonly budget: Readonly<Record<string, string>>
  readonly outcome: { stale?: Stale }
  /** Databases used to find the caller. */
  readonly lookups: Caller['lookups']
}

/** The routes of GraphQL: the endpoint, and GraphiQL for browsers in development. */
export const graphqlRoutes: readonly SystemRoute[] = [
  { method: 'get', path: '/graphql', handle: serveGet },
  { method: 'post', path: '/graphql', handle: serve },
]

async function serveGet(incoming: Incoming): Promise<Response> {
  const { request, url, isolate } = incoming
  const wantsPage = /\btext\/html\b/.test(request.headers.get('accept') ?? '')
  const asks = url.search !== '' && !request.url.includes('?tenant=')
  if (wantsPage && !asks && isolate.config.app.env === 'development') return page(graphiqlPage())
  return serve(incoming)
}

async function serve(incoming: Incoming): Promise<Response> {
  const { request } = incoming
  const key = request.headers.has('idempotency-key')
    ? await readBody(request.clone(), graphqlLimits.bodyBytes)
    : undefined
  // The caller comes first: a request that is refused costs its budget too.
  const call = await openContext(incoming, key)
  const response = await endpointOf(incoming.isolate).handle(request, call)
  if (response.ok) await confirmCaller(call)
  allowOrigin(response, request, call.ctx.tenant)
  for (const [name, value] of Object.entries(call.budget)) response.headers.set(name, value)
  const databases = [...call.calls.map(({ deps }) => deps.db), ...call.lookups]
  addCost(
    response,
    databases.map((database) => database.stats()),
  )
  return response
}

/** An answer that no resolver has asked the database for goes to nobody whose session or key has ended. */
async function confirmCaller(call: CallContext): Promise<void> {
  const { calls, incoming, ctx } = call
  if (calls.some(({ deps }) => deps.db.stats().roundTrips > 0)) return
  try {
    await calls[0]?.deps.db.confirm()
  } catch (error) {
    const stale = staleOf(error)
    if (!stale) throw error
    // The answer is the same on every version of the tenant; who may have it is asked anew.
    await renew(incoming, stale, ctx.tenant.id)
    await openContext(incoming, call.keyedBody)
  }
}

async function openContext(
  incoming: Incoming,
  keyedBody: string | undefined,
): Promise<CallContext> {
  const caller = await identify(incoming, { module: 'graphql' })
  const claim =
    keyedBody === undefined
      ? undefined
      : await idempotencyClaim(
          incoming.isolate.shared.secrets,
          incoming.request,
          caller.principal,
          'graphql',
          keyedBody,
        )
  const calls: [GraphqlCall, ...GraphqlCall[]] = [openCall(caller, undefined, claim)]
  return {
    ...calls[0],
    calls,
    renew: () => renewCall(caller, calls),
    incoming,
    keyedBody,
    budget: caller.budget,
    outcome: {},
    lookups: caller.lookups,
  }
}

/** The last call, or one more when the tenant has changed since. */
async function renewCall(
  caller: Caller,
  calls: [GraphqlCall, ...GraphqlCall[]],
): Promise<GraphqlCall> {
  const last = calls.at(-1) ?? calls[0]
  const key = { kind: 'id', value: caller.tenant.id } as const
  const tenant = await last.deps.tenants.find(key)
  if (!tenant || tenant.version === last.ctx.tenant.version) return last
  const principal = principalIn(caller, caller, tenant)
  const next = openCall({ ...caller, tenant, principal }, undefined, last.ctx.idempotency)
  calls.push(next)
  return next
}

const endpoints = new WeakMap<Isolate, GraphqlEndpoint<CallContext>>()

/** The isolate's endpoint. */
function endpointOf(isolate: Isolate): GraphqlEndpoint<CallContext> {
  let endpoint = endpoints.get(isolate)
  if (!endpoint) {
    endpoint = createEndpoint(isolate)
    endpoints.set(isolate, endpoint)
  }
  return endpoint
}

function createEndpoint(isolate: Isolate): GraphqlEndpoint<CallContext> {
  const { config, env } = isolate
  return createGraphqlEndpoint<CallContext>({
    schema: schemaOfIsolate,
    limits: graphqlLimits,
    maskError,
    introspection: ({ ctx }) =>
      config.app.env === 'development' || ctx.principal.kind !== 'anonymous',
    trustedDocuments: { only: config.graphql.trustedOnly, load: createDocumentLoader(env.ASSETS) },
    ...(config.graphql.trustedOnly
      ? {}
      : { apq: createMemoryDocumentStore({ entries: 500, bytes: 4_194_304 }) }),
    retry: refreshTenant,
  })
}

let schema: GraphQLSchema | undefined

function schemaOfIsolate(): GraphQLSchema {
  schema ??= buildSchema()
  return schema
}

function hasWritten({ deps }: GraphqlCall): boolean {
  return deps.db.stats().rowsWritten > 0
}

/** A new context when the request was decided on an old tenant or key and wrote nothing. */
async function refreshTenant(call: CallContext): Promise<CallContext | undefined> {
  const { outcome, calls, incoming, ctx } = call
  if (!outcome.stale || calls.some(hasWritten)) return undefined
  await renew(incoming, outcome.stale, ctx.tenant.id)
  return openContext(incoming, call.keyedBody)
}

/** What a client is told: the same code, title and details as over REST. */
function maskError(
  error: GraphQLError,
  { incoming, ctx, outcome }: CallContext,
): GraphQLFormattedError {
  const { originalError } = error
  if (originalError === undefined || originalError === null) return error.toJSON()
  const stale = staleOf(originalError)
  if (stale) outcome.stale = stale
  const told = toPublicError(originalError)
  forgetCookie(incoming, told.definition)
  if (told.unexpected) {
    incoming.isolate.shared.telemetry.error('resolver failed', originalError, {
      requestId: ctx.requestId,
    })
  }
  return {
    ...error.toJSON(),
    message: told.detail ?? told.definition.title,
    extensions: {
      code: graphqlCode(told.definition),
      status: told.definition.status,
      requestId: ctx.requestId,
      ...(told.errors ? { errors: told.errors } : {}),
    },
  }
}

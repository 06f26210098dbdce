import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { AppError, StaleTenantError, errors } from '../../kernel/errors.ts'
import type { GraphqlContext } from '../../ports/graphql.ts'
import { type Incoming, identify, openCall } from '../http/call.ts'
import { allowOrigin } from '../http/cors.ts'
import { idempotencyClaim } from '../http/idempotency.ts'
import { page } from '../http/page.ts'
import { toPublicError } from '../http/problem.ts'
import { addCost } from '../http/respond.ts'
import type { SystemRoute } from '../http/system-route.ts'
import { createGraphqlEndpoint } from './endpoint.ts'
import { graphqlLimits } from './limits.ts'
import type { GraphqlEndpoint } from './options.ts'
import { graphiqlPage } from './page.ts'
import { createMemoryDocumentStore } from './persisted.ts'
import { buildSchema } from './schema.ts'

/** The context of one request, with what the endpoint learns while it runs. */
interface CallContext extends GraphqlContext {
  readonly incoming: Incoming
  readonly outcome: { isStale: boolean }
}

/** The routes of GraphQL: the endpoint, and GraphiQL for browsers in development. */
export const graphqlRoutes: readonly SystemRoute[] = [
  { method: 'get', path: '/graphql', handle: serveGet },
  { method: 'post', path: '/graphql', handle: serve },
]

async function serveGet(incoming: Incoming): Promise<Response> {
  const { request, isolate } = incoming
  const wantsPage = /\btext\/html\b/.test(request.headers.get('accept') ?? '')
  const hasQuery = new URL(request.url).searchParams.has('query')
  if (wantsPage && !hasQuery && isolate.config.app.env === 'development')
    return page(graphiqlPage())
  return serve(incoming)
}

/** Serves a GraphQL request; once more when it was decided on an old snapshot of the tenant. */
async function serve(incoming: Incoming): Promise<Response> {
  const first = await run(incoming, incoming.request.clone() as Request) // -- a clone of a Request is one
  if (!first.call?.outcome.isStale || first.call.deps.db.stats().rowsWritten > 0)
    return first.response
  const { isolate } = incoming
  await isolate.tenantsOf(isolate.openDatabase()).refresh(first.call.ctx.tenant.id)
  return (await run(incoming, incoming.request)).response
}

async function run(
  incoming: Incoming,
  request: Request,
): Promise<{ response: Response; call: CallContext | undefined }> {
  let call: CallContext | undefined
  const key = request.headers.has('idempotency-key') ? await request.clone().text() : undefined
  const response = await endpoint(incoming).handle(request, async () => {
    const caller = await identify(incoming, 'graphql')
    const claim =
      key === undefined
        ? undefined
        : await idempotencyClaim(request, caller.principal, 'graphql', key)
    const { deps, ctx } = openCall(caller, undefined, undefined)
    call = {
      deps,
      ctx: claim ? { ...ctx, idempotency: claim } : ctx,
      incoming,
      outcome: { isStale: false },
    }
    return call
  })
  if (call) {
    allowOrigin(response, request, call.ctx.tenant)
    addCost(response, call.deps.db.stats())
  }
  return { response, call }
}

let built: GraphqlEndpoint<CallContext> | undefined

/** The isolate's endpoint; its options depend on nothing that differs between requests. */
function endpoint({ isolate }: Incoming): GraphqlEndpoint<CallContext> {
  const { telemetry } = isolate.shared
  built ??= createGraphqlEndpoint<CallContext>({
    schema: buildSchema,
    limits: graphqlLimits,
    maskError,
    introspection: ({ ctx }) =>
      isolate.config.app.env !== 'production' || ctx.principal.kind !== 'anonymous',
    apq: createMemoryDocumentStore({ entries: 500, bytes: 4_194_304 }),
    observe: (event) => telemetry.count('rustok_graphql_events_total', { kind: event.kind }),
  })
  return built
}

/** What a client is told: the same code, title and details as over REST. */
function maskError(
  error: GraphQLError,
  { incoming, ctx, outcome }: CallContext,
): GraphQLFormattedError {
  const { originalError } = error
  if (originalError === undefined || originalError === null) return error.toJSON()
  if (originalError instanceof StaleTenantError) outcome.isStale = true
  const told = toPublicError(
    originalError instanceof StaleTenantError ? new AppError(errors.conflict) : originalError,
  )
  if (told.unexpected) {
    incoming.isolate.shared.telemetry.error('resolver failed', originalError, {
      requestId: ctx.requestId,
    })
  }
  return {
    ...error.toJSON(),
    message: told.detail ?? told.definition.title,
    extensions: {
      code: told.definition.code.toUpperCase(),
      status: told.definition.status,
      requestId: ctx.requestId,
      ...(told.errors ? { errors: told.errors } : {}),
    },
  }
}

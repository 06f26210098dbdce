import { errors } from '../kernel/errors.ts'
import type { TenantDirectory } from '../ports/tenant-directory.ts'
import { type Isolate, isolateOf } from './isolate.ts'
import { ConfigError } from './config/index.ts'
import { forgetCookie } from './http/authenticate.ts'
import { tellKeyUse } from './http/api-key.ts'
import type { Incoming } from './http/call.ts'
import { allowKnownOrigin, isPreflight, preflightResponse } from './http/cors.ts'
import { secure } from './http/headers.ts'
import { problemResponse, toPublicError } from './http/problem.ts'
import { route } from './http/router.ts'
import { resolveTenant } from './http/tenant.ts'
import { takeIn, tellRequest } from './http/watch.ts'

/** The door of HTTP: a wrong configuration answers 503 to everything. */
export async function handleFetch(request: Request, env: Env): Promise<Response> {
  try {
    return await serve(isolateOf(env), request)
  } catch (error) {
    return refuseToStart(error)
  }
}

/** Serves one request: whatever happens, a response with a request id leaves. */
export async function serve(isolate: Isolate, request: Request): Promise<Response> {
  const incoming = takeIn(isolate, request)
  const { scope, requestId } = incoming
  return isolate.tracing.run(scope, () =>
    isolate.tracing.span('request', async (span) => {
      const response = await answer(incoming)
      for (const cookie of incoming.cookies.changes.values())
        response.headers.append('Set-Cookie', cookie)
      tellRequest(incoming, response, span)
      tellKeyUse(incoming, response.status)
      return secure(response, requestId, scope.trace)
    }),
  )
}

async function answer(incoming: Incoming): Promise<Response> {
  try {
    if (isPreflight(incoming.request)) return await preflight(incoming)
    return await route(incoming)
  } catch (thrown) {
    return refuse(incoming, thrown)
  }
}

async function refuse(incoming: Incoming, thrown: unknown): Promise<Response> {
  const { isolate, request, requestId } = incoming
  const error = toPublicError(thrown)
  forgetCookie(incoming, error.definition)
  if (error.unexpected) isolate.shared.telemetry.error('request failed', thrown, { requestId })
  const response = problemResponse(error, requestId)
  // A tenant that is known has had its say on who may read the refusal.
  if (!response.headers.has('Vary')) await allowKnownOrigin(response, request, tenantsOf(isolate))
  return response
}

function tenantsOf(isolate: Isolate): TenantDirectory {
  return isolate.tenantsOf(isolate.shared.shards.openAll())
}

/** A preflight carries no tenant header, so an origin that any tenant allows may ask. */
async function preflight(incoming: Incoming): Promise<Response> {
  const { isolate, request, facts } = incoming
  const tenants = tenantsOf(isolate)
  facts.route = 'preflight'
  const origin = request.headers.get('origin') ?? ''
  try {
    const tenant = await resolveTenant(incoming, tenants, undefined)
    return preflightResponse(request, tenant.origins.includes(origin))
  } catch {
    return preflightResponse(request, await tenants.knowsOrigin(origin))
  }
}

/** A wrong configuration is told to the operator's log in full and to the client not at all. */
function refuseToStart(error: unknown): Response {
  // oxlint-disable-next-line no-console -- without a configuration there is no telemetry
  console.error(error instanceof ConfigError ? error.message : error)
  const { code, title, status } = errors.notConfigured
  return new Response(JSON.stringify({ type: `/problems/${code}`, title, status, code }), {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
  })
}

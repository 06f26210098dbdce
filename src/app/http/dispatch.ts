import { AppError, errors } from '../../kernel/errors.ts'
import { limits } from '../../kernel/limits.ts'
import { scopeOf } from '../../kernel/permissions.ts'
import type { RawBody } from '../../kernel/raw-body.ts'
import type { RouteDefinition, Streamed } from '../../kernel/route.ts'
import { ReplayedResult } from '../../modules/commit/index.ts'
import type { Database } from '../../ports/database.ts'
import type { Deps } from '../../ports/deps.ts'
import type { CachedAnswer } from '../../ports/public-cache.ts'
import type { MountedRoute } from '../routes.ts'
import { readBody, requireAcceptable, requireJson } from './body.ts'
import { type Caller, type Incoming, identify, nobody, openCall } from './call.ts'
import { allowOrigin, originHeaders } from './cors.ts'
import { varyOf } from './headers.ts'
import { idempotencyClaim } from './idempotency.ts'
import { parseInput } from './input.ts'
import { rawBodyOf, requireRaw } from './raw-body.ts'
import { withFreshTenant } from './stale.ts'
import { type Audience, addCost, renderAnswer, toResponse, toStream } from './respond.ts'

/** Serves one request to a route: from tenant and caller to the response. Throws what went wrong. */
export async function dispatch(
  incoming: Incoming,
  mounted: MountedRoute,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  const { route } = mounted
  incoming.facts.route = route.operationId
  let tenantId: string | undefined
  let body: string | undefined
  const raw = rawBodyOf(incoming.request)
  return withFreshTenant(
    incoming,
    async () => {
      const caller =
        route.access.kind === 'open' ? nobody(incoming) : await identify(incoming, mounted)
      tenantId = caller.tenant.id
      try {
        await authorise(route, caller)
        if (isCacheable(mounted, caller)) return await serveCached(caller, mounted, params, raw)
        body ??= await bodyOf(route, incoming.request)
        return await serve(caller, mounted, params, { text: body, raw })
      } catch (error) {
        throw withBudget(error, caller, route)
      }
    },
    () => tenantId,
  )
}

/** A refusal is told only to a session that lives, and decided on the tenant as it is now. */
async function authorise(route: RouteDefinition<Deps>, caller: Caller): Promise<void> {
  try {
    requireAccess(route, caller)
  } catch (error) {
    await openCall(caller, undefined, undefined).deps.db.confirm()
    throw error
  }
}

function requireAccess(route: RouteDefinition<Deps>, caller: Caller): void {
  const { access } = route
  if (route.controlOnly && !caller.tenant.isControl) throw new AppError(errors.notFound)
  if (access.kind === 'open' || access.kind === 'public') return
  if (caller.principal.kind === 'anonymous') throw new AppError(errors.unauthenticated)
  if (access.kind === 'authenticated') requireSession(caller)
  if (access.kind === 'permission' && scopeOf(caller.principal, access.permission) === 'none') {
    throw new AppError(errors.forbidden, {
      detail: `The permission ${access.permission} is missing.`,
    })
  }
}

/** What asks for no permission is about the caller's own account, which no program may touch. */
function requireSession({ principal }: Caller): void {
  if (principal.kind === 'key') throw new AppError(errors.sessionRequired)
}

async function bodyOf(route: RouteDefinition<Deps>, request: Request): Promise<string> {
  if (route.rawBody) return requireRaw(request)
  if (!route.body) return ''
  if (route.bodyOptional && !request.headers.has('content-type')) {
    const text = await readBody(request, limits.body.json)
    if (text === '') return '{}'
  }
  requireJson(request)
  return readBody(request, route.bodyLimit ?? limits.body.json)
}

function isCacheable({ route }: MountedRoute, caller: Caller): boolean {
  return route.cache === 'public' && caller.principal.kind === 'anonymous'
}

async function serveCached(
  caller: Caller,
  mounted: MountedRoute,
  params: Readonly<Record<string, string>>,
  raw: RawBody,
): Promise<Response> {
  const { publicCache, telemetry } = caller.isolate.shared
  const { request } = caller
  const scope = { tenantId: caller.tenant.id, module: mounted.module }
  const { trustForwardedHost } = caller.isolate.config.server
  const language = request.headers.get('accept-language') ?? ''
  const host = trustForwardedHost ? request.headers.get('x-forwarded-host') : ''
  const key = `${caller.tenant.version} ${language} ${host} ${request.url}`
  const hit = publicCache.get(scope, key)
  telemetry.count('rustok_public_cache_total', { result: hit ? 'hit' : 'miss' })
  if (hit) {
    requireAcceptable(request, hit.headers.get('Content-Type') ?? '')
    return finish(caller, toResponse(request, hit), [])
  }
  return serve(caller, mounted, params, { text: '', raw }, (answer, epoch) =>
    publicCache.put(scope, key, answer, epoch),
  )
}

/** What came as the body: its text, which of a raw one is what its headers say of it. */
interface RequestBody {
  readonly text: string
  readonly raw: RawBody
}

async function serve(
  caller: Caller,
  { module, route }: MountedRoute,
  params: Readonly<Record<string, string>>,
  { text: body, raw }: RequestBody,
  keep?: (answer: CachedAnswer, epoch: number) => void,
): Promise<Response> {
  const { request, url, isolate, tenant } = caller
  const writes = route.method !== 'get'
  requireAcceptable(request, route.success.media ?? 'application/json')
  const claim =
    writes && route.idempotency !== 'none'
      ? await idempotencyClaim(
          isolate.shared.secrets,
          request,
          caller.principal,
          route.operationId,
          body,
        )
      : undefined
  const epoch = isolate.shared.publicCache.epoch({ tenantId: tenant.id, module })
  const { deps, ctx } = openCall(caller, url.searchParams.get('locale') ?? undefined, claim)
  const ifMatch = request.headers.get('if-match')
  const input = parseInput(route, {
    params,
    url,
    body,
    ifMatch,
    rawBody: raw,
    headers: request.headers,
  })
  const { result, replayed } = await settle(() => route.handle(deps, ctx, input))
  if (route.success.stream) {
    const streamed = result as Streamed // -- what such a route says of its result
    return finish(caller, await toStream(request, streamed, varyOf(isolate.config)), [deps.db])
  }
  const audience = audienceOf(route, keep !== undefined)
  const answer = await renderAnswer(route, result, audience, varyOf(isolate.config))
  keep?.(answer, epoch)
  const response = finish(caller, toResponse(request, answer), [deps.db])
  if (replayed) response.headers.set('Idempotency-Replayed', 'true')
  return response
}

function audienceOf(route: RouteDefinition<Deps>, isKept: boolean): Audience {
  if (route.access.kind === 'open') return 'everybody'
  return isKept ? 'anybody' : 'caller'
}

/** The result of the work, or the one that an earlier request with the same key was given. */
async function settle(
  work: () => Promise<unknown>,
): Promise<{ result: unknown; replayed: boolean }> {
  try {
    return { result: await work(), replayed: false }
  } catch (error) {
    if (error instanceof ReplayedResult) return { result: error.result, replayed: true }
    throw error
  }
}

function finish(caller: Caller, response: Response, databases: readonly Database[]): Response {
  allowOrigin(response, caller.request, caller.tenant)
  const all = [...databases, caller.ungated, ...caller.lookups]
  addCost(
    response,
    all.map((database) => database.stats()),
  )
  for (const [name, value] of Object.entries(caller.budget)) response.headers.set(name, value)
  return response
}

/** Tells a refused caller its budget and lets its page read the refusal. */
function withBudget(error: unknown, caller: Caller, { headers }: RouteDefinition<Deps>): unknown {
  if (!(error instanceof AppError)) return error
  return new AppError(error.definition, {
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    headers: {
      ...caller.budget,
      ...originHeaders(caller.request, caller.tenant),
      ...headers?.always,
      ...error.headers,
    },
    cause: error,
  })
}

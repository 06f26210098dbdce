import type { RouteDefinition, Streamed } from '../../kernel/route.ts'
import type { DatabaseStats } from '../../ports/database.ts'
import type { Deps } from '../../ports/deps.ts'
import type { Allowance } from '../../ports/limiter.ts'
import type { CachedAnswer } from '../../ports/public-cache.ts'
import { entityTag, matchesNone } from './conditional.ts'
import { baseHeaders } from './headers.ts'

/** Who may keep an answer: nobody, the caller, or anybody for some seconds. */
const cacheControl = {
  none: 'no-store',
  caller: 'private, no-cache',
  anybody: 'public, max-age=10',
  /** Answers that no tenant and no caller has a part in. */
  everybody: 'public, max-age=300',
} as const

const utf8 = new TextEncoder()
const nothing = new Uint8Array()

/** The audience of an answer. */
export type Audience = Exclude<keyof typeof cacheControl, 'none'>

/** What a result becomes on the wire, before conditions and per-request headers. */
export async function renderAnswer(
  route: RouteDefinition<Deps>,
  result: unknown,
  audience: Audience,
  vary: string,
): Promise<CachedAnswer> {
  const { success } = route
  const headers = new Headers(baseHeaders)
  headers.set('Cache-Control', cacheControl[route.method === 'get' ? audience : 'none'])
  if (audience !== 'everybody') headers.set('Vary', vary)
  setProtocol(headers, route, result)
  if (success.status === 204) return { status: 204, headers, body: nothing, etag: '' }
  const body = utf8.encode(success.media === undefined ? JSON.stringify(result) : String(result))
  headers.set('Content-Type', success.media ?? 'application/json')
  const language = route.language?.(result)
  if (language !== undefined) headers.set('Content-Language', language)
  if (route.location) headers.set('Location', route.location(result))
  const etag = entityTag(body, route.version?.(result))
  headers.set('ETag', etag)
  return { status: success.status, headers, body, etag }
}

function setProtocol(headers: Headers, route: RouteDefinition<Deps>, result: unknown): void {
  const { always = {}, answer = {} } = route.headers ?? {}
  for (const [name, value] of Object.entries(always)) headers.set(name, value)
  for (const [name, valueOf] of Object.entries(answer)) {
    const value = valueOf(result)
    if (value !== undefined) headers.set(name, value)
  }
}

/** The response of an answer, or 304 where `If-None-Match` names it. */
export function toResponse(request: Request, answer: CachedAnswer): Response {
  const { status, headers, body, etag } = answer
  const conditional = request.method === 'GET' || request.method === 'HEAD'
  if (conditional && matchesNone(request.headers.get('if-none-match'), etag)) {
    const response = new Response(null, { status: 304, headers })
    response.headers.delete('Content-Type')
    return response
  }
  return new Response(status === 204 ? null : body, { status, headers })
}

/** The response of what is passed on as it comes; nobody but the caller may keep it. */
export async function toStream(
  request: Request,
  { status, headers: own, body }: Streamed,
  vary: string,
): Promise<Response> {
  const headers = new Headers(baseHeaders)
  headers.set('Cache-Control', cacheControl.caller)
  headers.set('Vary', vary)
  for (const [name, value] of Object.entries(own)) headers.set(name, value)
  if (request.method !== 'HEAD') return new Response(body, { status, headers })
  await body?.cancel()
  return new Response(null, { status, headers })
}

/** Tells what the request cost in all: `Server-Timing` with round trips and rows. */
export function addCost(response: Response, parts: readonly DatabaseStats[]): void {
  let [trips, rowsRead, rowsWritten] = [0, 0, 0]
  for (const part of parts) {
    trips += part.roundTrips
    rowsRead += part.rowsRead
    rowsWritten += part.rowsWritten
  }
  response.headers.set(
    'Server-Timing',
    `db-trips;desc="${trips}", db-rows-read;desc="${rowsRead}", db-rows-written;desc="${rowsWritten}"`,
  )
}

/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10). */
export function rateLimitHeaders(allowance: Allowance): Record<string, string> {
  return {
    'RateLimit-Policy': `"default";q=${allowance.limit};w=${allowance.windowSeconds}`,
    RateLimit: `"default";r=${allowance.remaining};t=${allowance.resetSeconds}`,
  }
}

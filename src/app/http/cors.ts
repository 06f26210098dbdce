import type { TenantSnapshot } from '../../kernel/context.ts'
import type { TenantDirectory } from '../../ports/tenant-directory.ts'

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const EXPOSED =
  'ETag, Location, Content-Language, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, traceresponse, Server-Timing, Idempotency-Replayed, Link, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, Upload-Offset, Upload-Length, Upload-Metadata, Upload-Expires'
const MAX_AGE_SECONDS = '600'

/** True for a CORS preflight (Fetch standard §3.2.2). */
export function isPreflight(request: Request): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.headers.has('origin') &&
    request.headers.has('access-control-request-method')
  )
}

/** The answer to a preflight: permissions only for an origin that is on a list. */
export function preflightResponse(request: Request, allowed: boolean): Response {
  const headers = new Headers({ Vary: 'Origin, Access-Control-Request-Headers' })
  if (allowed) {
    headers.set('Access-Control-Allow-Origin', request.headers.get('origin') ?? '')
    headers.set('Access-Control-Allow-Credentials', 'true')
    headers.set('Access-Control-Allow-Methods', METHODS)
    const wanted = request.headers.get('access-control-request-headers')
    if (wanted !== null && /^[A-Za-z0-9, -]{1,500}$/.test(wanted)) {
      headers.set('Access-Control-Allow-Headers', wanted)
    }
    headers.set('Access-Control-Max-Age', MAX_AGE_SECONDS)
  }
  return new Response(null, { status: 204, headers })
}

/**
 * Lets the page of an origin that any tenant allows read a refusal from before the tenant was known,
 * such as that of a token that has run out.
 */
export async function allowKnownOrigin(
  response: Response,
  request: Request,
  tenants: TenantDirectory,
): Promise<void> {
  const origin = request.headers.get('origin')
  if (origin === null) return
  response.headers.append('Vary', 'Origin')
  const isKnown = await tenants.knowsOrigin(origin).catch(() => false)
  if (isKnown) exposeTo(response, origin)
}

/** Lets the page of an origin on the tenant's list read the answer, and have cookies sent. */
export function allowOrigin(response: Response, request: Request, tenant: TenantSnapshot): void {
  response.headers.append('Vary', 'Origin')
  const origin = listedOrigin(request, tenant)
  if (origin !== undefined) exposeTo(response, origin)
}

/** The headers by which `allowOrigin` does so, for an error that is yet to become an answer. */
export function originHeaders(request: Request, tenant: TenantSnapshot): Record<string, string> {
  const origin = listedOrigin(request, tenant)
  return { Vary: 'Origin', ...(origin === undefined ? {} : exposing(origin)) }
}

function listedOrigin(request: Request, tenant: TenantSnapshot): string | undefined {
  const origin = request.headers.get('origin')
  return origin !== null && tenant.origins.includes(origin) ? origin : undefined
}

function exposeTo(response: Response, origin: string): void {
  for (const [name, value] of Object.entries(exposing(origin))) response.headers.set(name, value)
}

function exposing(origin: string): Record<string, string> {
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': EXPOSED,
  }
}

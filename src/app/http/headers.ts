import { type TraceContext, formatTraceparent } from '../../kernel/trace.ts'
import type { Config } from '../config/index.ts'

/**
 * Headers that every answer carries. By its policy nothing may be loaded by or framed in an answer;
 * pages of ours have one of their own. An answer that is built on a copy costs less than one that
 * is given each of them.
 */
export const baseHeaders: Headers = new Headers({
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'geolocation=(), camera=(), microphone=()',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
})

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/

/** The client's own request id when it is a harmless text, else a new one. */
export function requestIdOf(request: Request, next: () => string): string {
  const given = request.headers.get('x-request-id')
  return given !== null && REQUEST_ID.test(given) ? given : next()
}

/**
 * Adds the headers of every answer: its ids (`traceresponse` is of W3C Trace Context, Level 3) and
 * those of security. The response must be one of ours, with mutable headers.
 */
export function secure(response: Response, requestId: string, trace: TraceContext): Response {
  const { headers } = response
  headers.set('X-Request-Id', requestId)
  headers.set('traceresponse', formatTraceparent(trace))
  if (headers.has('X-Content-Type-Options')) return response
  for (const [name, value] of baseHeaders) if (!headers.has(name)) headers.set(name, value)
  return response
}

/** The request headers that decide whom an answer is for: its tenant, its caller, its locale. */
export function varyOf({ server }: Config): string {
  const forwarded = server.trustForwardedHost ? 'X-Forwarded-Host' : ''
  return ['Accept-Language', 'Authorization', 'Cookie', server.tenantHeader, forwarded]
    .filter(Boolean)
    .join(', ')
}

/** The client's address as Cloudflare saw it. */
export function clientAddressOf(request: Request): string | undefined {
  return request.headers.get('cf-connecting-ip') ?? undefined
}

/** The client's country as Cloudflare knows it, by ISO 3166-1 alpha-2; undefined when it does not. */
export function clientCountryOf(request: Request): string | undefined {
  const country = request.cf?.['country'] ?? request.headers.get('cf-ipcountry')
  return typeof country === 'string' && /^[A-Z]{2}$/.test(country) && country !== 'XX'
    ? country
    : undefined
}

/** Where a request was sent to. */
export interface CalledAt {
  readonly request: Request
  readonly url: URL
  readonly isolate: { readonly config: Config }
}

/** Scheme, host and port that the client used. */
export function originOf({ request, url, isolate }: CalledAt): string {
  const forwarded =
    isolate.config.server.trustForwardedHost && request.headers.get('x-forwarded-host')
  return forwarded ? `https://${forwarded.split(',')[0]?.trim()}` : url.origin
}

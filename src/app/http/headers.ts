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
  return ['Accept-Language', 'Authorization', server.tenantHeader, forwarded]
    .filter(Boolean)
    .join(', ')
}

/** The client's address as Cloudflare saw it. */
export function clientAddressOf(request: Request): string | undefined {
  return request.headers.get('cf-connecting-ip') ?? undefined
}

/** The bucket of an address: itself for IPv4, its /64 for IPv6, so that spellings do not multiply. */
export function addressBucket(address: string): string {
  if (!address.includes(':')) return address
  const groups = groupsOf(address)
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff'
  return isMapped ? groups.slice(6).flatMap(bytesOf).join('.') : groups.slice(0, 4).join(':')
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2), lower case without leading zeros. */
function groupsOf(address: string): string[] {
  const hexadecimal = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) => `${groupOf(a, b)}:${groupOf(c, d)}`,
  )
  const [head = '', tail] = hexadecimal.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right]
  return groups.map((group) => group.replace(/^0+(?=.)/, ''))
}

function groupOf(high: string, low: string): string {
  return (Number(high) * 256 + Number(low)).toString(16)
}

function bytesOf(group: string): number[] {
  const value = Number.parseInt(group, 16)
  return [value >> 8, value & 0xff]
}

/** Scheme, host and port that the client used. */
export function originOf(request: Request, config: Config): string {
  const url = new URL(request.url)
  const forwarded = config.server.trustForwardedHost && request.headers.get('x-forwarded-host')
  return forwarded ? `https://${forwarded.split(',')[0]?.trim()}` : url.origin
}

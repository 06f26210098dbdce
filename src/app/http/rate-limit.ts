import type { TenantSnapshot } from '../../kernel/context.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import { addressBucket } from '../../kernel/net-address.ts'
import type { AccessClaims } from '../../ports/tokens.ts'
import type { Isolate } from '../isolate.ts'
import { originHeaders } from './cors.ts'
import { clientAddressOf } from './headers.ts'
import { rateLimitHeaders } from './respond.ts'

/**
 * Takes one request from the caller's budget: by key or user where known, else by address. Throws 429
 * with all that the answer needs, so that nobody is asked for a request that is refused.
 */
export function authoriseAddress(
  isolate: Isolate,
  request: Request,
  tenant: TenantSnapshot,
  known: Pick<AccessClaims, 'userId'> | { readonly keyId: string } | undefined,
  now: number,
): Readonly<Record<string, string>> {
  const caller = nameOf(known) ?? `a:${addressBucket(clientAddressOf(request) ?? '')}`
  const allowance = isolate.limiter.take(`${tenant.id}/${caller}`, now)
  const headers = rateLimitHeaders(allowance)
  if (allowance.allowed) return headers
  isolate.shared.telemetry.count('rustok_rate_limit_refused_total')
  throw new AppError(errors.tooManyRequests, {
    headers: {
      ...headers,
      ...originHeaders(request, tenant),
      'Retry-After': String(allowance.resetSeconds),
    },
  })
}

function nameOf(
  known: Pick<AccessClaims, 'userId'> | { readonly keyId: string } | undefined,
): string | undefined {
  if (known === undefined) return undefined
  return 'keyId' in known ? `k:${known.keyId}` : `u:${known.userId}`
}

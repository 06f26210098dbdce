import type { TenantSnapshot } from '../../kernel/context.ts'
import { type CalledAt, originOf } from './headers.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether the request may change nothing (RFC 9110 §9.2.1). */
export function isSafe({ method }: Request): boolean {
  return SAFE.has(method)
}

/**
 * Whether the page that sends the request may use the cookies of this host: one of the host itself,
 * or of an origin on the tenant's list. Browsers set `Origin` and `Sec-Fetch-Site` themselves; without
 * an `Origin` nothing tells whose page it is. Whoever shows a token has no use for cookies.
 */
export function mayUseCookies(called: CalledAt, tenant: TenantSnapshot): boolean {
  const { headers } = called.request
  const origin = headers.get('origin')
  if (origin === null || headers.has('authorization')) return false
  if (tenant.origins.includes(origin)) return true
  return origin === originOf(called) && headers.get('sec-fetch-site') !== 'cross-site'
}

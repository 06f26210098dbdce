import type { TenantSnapshot } from '../../kernel/context.ts'
import { AppError, defineErrors } from '../../kernel/errors.ts'
import { isUuid } from '../../kernel/ids.ts'
import type { TenantDirectory, TenantKey } from '../../ports/tenant-directory.ts'
import type { AccessClaims } from '../../ports/tokens.ts'
import type { CalledAt } from './headers.ts'

/** Errors of finding the tenant of a request. */
export const tenantErrors = defineErrors('tenant', {
  notFound: [404, 'No such tenant'],
  suspended: [403, 'The tenant is suspended'],
})

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/
const IP_LITERAL = /^(\d{1,3}(\.\d{1,3}){3}|\[.*\])$/

/**
 * The tenant of a request. Verified host, subdomain of a base domain, header (where configured) and
 * token each may name one; all that do must agree. Throws 404 for none, unknown or disagreeing ones,
 * in the same words, and 403 for a suspended one.
 */
export async function resolveTenant(
  called: CalledAt,
  tenants: TenantDirectory,
  claims: Pick<AccessClaims, 'tenantId'> | undefined,
): Promise<TenantSnapshot> {
  const found = new Map<string, TenantSnapshot>()
  for (const named of namesIn(called, claims)) {
    const tenant = named.key && (await tenants.find(named.key))
    if (tenant) found.set(tenant.id, tenant)
    else if (named.binding) throw notFound(called)
  }
  const [tenant] = found.values()
  if (!tenant || found.size > 1 || tenant.status === 'deleting') throw notFound(called)
  if (tenant.status === 'suspended') throw new AppError(tenantErrors.suspended)
  return tenant
}

/** Tells the ways of this deployment to name a tenant, and nothing of what was named. */
function notFound({ isolate }: CalledAt): AppError {
  const { tenantHeader, baseDomains } = isolate.config.server
  const ways = ['a verified host']
  if (baseDomains.length > 0) ways.push('a subdomain of the platform')
  if (tenantHeader) ways.push(`the header ${tenantHeader}`)
  const detail = `A tenant is named by ${ways.join(', ')} or an access token; all that do must agree.`
  return new AppError(tenantErrors.notFound, { detail })
}

/** A way in which the request names a tenant; a binding one must lead to a tenant. */
interface Named {
  readonly key: TenantKey | undefined
  readonly binding: boolean
}

function namesIn(called: CalledAt, claims: Pick<AccessClaims, 'tenantId'> | undefined): Named[] {
  const named: Named[] = []
  const { config } = called.isolate
  if (claims) named.push({ key: { kind: 'id', value: claims.tenantId }, binding: true })
  const header =
    config.server.tenantHeader && called.request.headers.get(config.server.tenantHeader)
  if (header) named.push({ key: keyOf(header), binding: true })
  const host = hostOf(called)
  const base = config.server.baseDomains.find(
    (domain) => host === domain || host.endsWith(`.${domain}`),
  )
  if (base !== undefined) {
    const label = host.slice(0, -base.length - 1)
    if (host !== base)
      named.push({
        key: SLUG.test(label) ? { kind: 'slug', value: label } : undefined,
        binding: true,
      })
  } else if (!IP_LITERAL.test(host)) {
    named.push({ key: { kind: 'host', value: host }, binding: false })
  }
  return named
}

function keyOf(text: string): TenantKey | undefined {
  const value = text.trim().toLowerCase()
  if (isUuid(value)) return { kind: 'id', value }
  return SLUG.test(value) ? { kind: 'slug', value } : undefined
}

/** The host name in lower case, without its port and the dot of the root (RFC 3986 §3.2.2). */
function hostOf({ request, url, isolate }: CalledAt): string {
  const forwarded =
    isolate.config.server.trustForwardedHost && request.headers.get('x-forwarded-host')
  const host = forwarded ? (forwarded.split(',')[0] ?? '').trim() : url.host
  return host.toLowerCase().replace(/\.?(?::\d+)?$/, '')
}

import type { Principal, RequestContext, TenantSnapshot } from '../../kernel/context.ts'
import { AppError, StaleTenantError, errors } from '../../kernel/errors.ts'
import { localeChain, negotiateLocale } from '../../kernel/locale.ts'
import { replayGate } from '../../modules/commit/index.ts'
import { sessionGate } from '../../modules/auth/index.ts'
import { type Database, PRIMARY_SHARD } from '../../ports/database.ts'
import type { Deps } from '../../ports/deps.ts'
import type { AccessClaims } from '../../ports/tokens.ts'
import type { WorkScope } from '../../ports/tracing.ts'
import type { Isolate } from '../isolate.ts'
import { authoriseAddress } from './rate-limit.ts'
import { claimsOf, principalOf } from './authenticate.ts'
import { clientAddressOf, originOf } from './headers.ts'
import { resolveTenant } from './tenant.ts'

/** A request as it comes in, before anything is known of its caller. */
export interface Incoming {
  readonly isolate: Isolate
  readonly request: Request
  readonly requestId: string
  readonly now: number
  readonly scope: WorkScope
  readonly facts: RequestFacts
}

/** What is found out about a request while it is served. */
export interface RequestFacts {
  /** The operation, or the path of a route outside the modules; `none` where no route is meant. */
  route: string
  /** The databases that were opened for it. */
  readonly databases: Database[]
}

/** A request whose tenant and caller are known. */
export interface Caller extends Incoming {
  readonly tenant: TenantSnapshot
  readonly claims: AccessClaims | undefined
  readonly principal: Principal
  /** Headers that tell the caller's budget. */
  readonly budget: Readonly<Record<string, string>>
  /** The database used to find the tenant; its cost belongs to the request. */
  readonly ungated: Database
}

/** What is asked for: a module, by a route that may not care who asks. */
export interface Target {
  readonly module: string
  readonly route?: { readonly credentials?: 'ignored' }
}

/** Finds tenant, module gate, caller and budget, in this order of refusal. */
export async function identify(incoming: Incoming, { module, route }: Target): Promise<Caller> {
  const { isolate, request, now } = incoming
  const ungated = openUngated(incoming)
  const given = await givenClaims(incoming, route)
  const tenant = await resolveTenant(request, isolate.config, isolate.tenantsOf(ungated), given)
  incoming.scope.tenantId = tenant.id
  if (tenant.modules[module]?.enabled === false) throw new AppError(errors.notFound)
  const claims = route?.credentials === 'ignored' ? undefined : given
  const budget = authoriseAddress(isolate, request, tenant, claims, now)
  return { ...incoming, tenant, claims, principal: principalOf(claims, tenant), budget, ungated }
}

function openUngated({ isolate, facts }: Incoming): Database {
  const ungated = isolate.shared.shards.openAll()
  facts.databases.push(ungated)
  return ungated
}

/** The claims of the token; where credentials are ignored, a token that is not valid is none. */
async function givenClaims(
  { isolate, request, now }: Incoming,
  route: Target['route'],
): Promise<AccessClaims | undefined> {
  try {
    return await claimsOf(request, isolate.shared.tokens, now)
  } catch (error) {
    if (route?.credentials === 'ignored') return undefined
    throw error
  }
}

/** The tenant of routes that have none. Its id is no tenant's, so that nothing can be found by it. */
const noTenant: TenantSnapshot = {
  id: '',
  slug: '',
  name: '',
  status: 'active',
  version: 0,
  isControl: false,
  shard: PRIMARY_SHARD,
  hosts: [],
  origins: [],
  defaultLocale: 'en',
  locales: [],
  modules: {},
  roles: {},
  settings: {},
  webhookEndpoints: 0,
}

/** The caller of a route that serves everybody alike and belongs to no tenant. */
export function nobody(incoming: Incoming): Caller {
  const ungated = openUngated(incoming)
  const principal = { kind: 'anonymous' } as const
  return { ...incoming, tenant: noTenant, claims: undefined, principal, budget: {}, ungated }
}

/** Opens the call: the context and the ports that its service functions get. */
export function openCall(
  caller: Caller,
  locale: string | undefined,
  claim: RequestContext['idempotency'],
): { deps: Deps; ctx: RequestContext } {
  const { isolate, request, tenant } = caller
  const ctx: RequestContext = {
    requestId: caller.requestId,
    traceId: caller.scope.trace.traceId,
    now: caller.now,
    tenant,
    principal: caller.principal,
    locales: localesOf(tenant, request, locale),
    clientAddress: clientAddressOf(request),
    userAgent: request.headers.get('user-agent')?.slice(0, 255),
    origin: originOf(request, isolate.config),
    ...(claim ? { idempotency: claim } : {}),
  }
  const session = caller.claims ? [sessionGate(caller.claims, tenant, caller.now)] : []
  const db = isolate.shared.shards.open(tenant.shard, [...session, ...replayGate(ctx)])
  caller.facts.databases.push(db)
  return { ctx, deps: { ...isolate.shared, db, tenants: isolate.tenantsOf(caller.ungated) } }
}

/** The locales to try: the one asked for, else by `Accept-Language`, then the tenant's fallbacks. */
function localesOf(
  tenant: TenantSnapshot,
  request: Request,
  asked: string | undefined,
): RequestContext['locales'] {
  const header = request.headers.get('accept-language')
  const requested =
    asked ??
    (header === null
      ? undefined
      : negotiateLocale(
          header,
          tenant.locales.map((l) => l.code),
        ))
  const [first = tenant.defaultLocale, ...rest] = localeChain(
    tenant.locales,
    requested,
    tenant.defaultLocale,
  )
  return [first, ...rest]
}

/** Runs the work; when it was decided on an old snapshot of the tenant, once more on the new one. */
export async function withFreshTenant<T>(
  incoming: Incoming,
  work: () => Promise<T>,
  tenantId: () => string | undefined,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const id = tenantId()
    if (!(error instanceof StaleTenantError) || id === undefined) throw error
    const { isolate } = incoming
    await isolate.tenantsOf(isolate.shared.shards.openAll()).refresh(id)
    return work()
  }
}

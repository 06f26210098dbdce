import type { Principal, RequestContext, TenantSnapshot } from '../../kernel/context.ts'
import type { CookieJar } from '../../kernel/cookies.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import { localeChain, negotiateLocale } from '../../kernel/locale.ts'
import { type KeyRecord, keyGate, keyPrincipal } from '../../modules/api-keys/index.ts'
import { replayGate } from '../../modules/commit/index.ts'
import { originRefused, sessionGate } from '../../modules/auth/index.ts'
import { type Database, type Gate, PRIMARY_SHARD } from '../../ports/database.ts'
import type { RouteDefinition } from '../../kernel/route.ts'
import type { Deps } from '../../ports/deps.ts'
import type { AccessClaims } from '../../ports/tokens.ts'
import type { WorkScope } from '../../ports/tracing.ts'
import type { Isolate } from '../isolate.ts'
import { type UsedKey, admitKey, presentedKey } from './api-key.ts'
import { authoriseAddress } from './rate-limit.ts'
import { claimsOf, isByCookie, principalOf } from './authenticate.ts'
import { clientAddressOf, clientCountryOf, originOf } from './headers.ts'
import { isSafe, mayUseCookies } from './origin.ts'
import { resolveTenant } from './tenant.ts'

/** A request as it comes in, before anything is known of its caller. */
export interface Incoming {
  readonly isolate: Isolate
  readonly request: Request
  /** Of the request, as the Worker was called. */
  readonly url: URL
  readonly requestId: string
  readonly now: number
  readonly scope: WorkScope
  readonly facts: RequestFacts
  readonly cookies: CookieJar
}

/** What is found out about a request while it is served. */
export interface RequestFacts {
  /** The operation, or the path of a route outside the modules; `none` where no route is meant. */
  route: string
  /** The databases that were opened for it. */
  readonly databases: Database[]
  /** The API key that let it in. */
  key?: UsedKey
}

/** A request whose tenant and caller are known. */
export interface Caller extends Incoming {
  readonly tenant: TenantSnapshot
  readonly claims: AccessClaims | undefined
  readonly key: KeyRecord | undefined
  readonly principal: Principal
  /** Whether the page that asks may have cookies read and set. */
  readonly mayUseCookies: boolean
  /** Headers that tell the caller's budget. */
  readonly budget: Readonly<Record<string, string>>
  /** The database used to find the tenant; its cost belongs to the request. */
  readonly ungated: Database
  /** Those used to find the caller; so does theirs. */
  readonly lookups: readonly Database[]
}

/** What is asked for: a module, by a route that may not care who asks. */
export interface Target {
  readonly module: string
  readonly route?: Pick<RouteDefinition<Deps>, 'credentials' | 'alwaysInControl'>
}

/** Finds tenant, module gate, caller and budget, in this order of refusal. */
export async function identify(incoming: Incoming, { module, route }: Target): Promise<Caller> {
  const { isolate, request, now } = incoming
  const ungated = openUngated(incoming)
  const isIgnored = route?.credentials === 'ignored'
  const presented = presentedKey(incoming, isIgnored)
  const given = presented ? undefined : await givenClaims(incoming, route)
  const tenants = isolate.tenantsOf(ungated)
  const tenant = await resolveTenant(incoming, tenants, presented ?? given)
  incoming.scope.tenantId = tenant.id
  const isServed = tenant.isControl && route?.alwaysInControl === true
  if (!isServed && tenant.modules[module]?.enabled === false) throw new AppError(errors.notFound)
  const claims = isIgnored ? undefined : given
  const admitted = presented && !isIgnored ? await admitKey(incoming, tenant, presented) : undefined
  const isOwnPage = mayUseCookies(incoming, tenant)
  if (claims && !isOwnPage && !isSafe(request) && isByCookie(incoming))
    throw new AppError(originRefused)
  const key = admitted?.record
  const budget = authoriseAddress(isolate, request, tenant, key ? { keyId: key.id } : claims, now)
  return {
    ...incoming,
    mayUseCookies: isOwnPage,
    tenant,
    claims,
    key,
    principal: principalIn(incoming, { claims, key }, tenant),
    budget,
    ungated,
    lookups: admitted?.lookups ?? [],
  }
}

/** Who calls, by what the roles of the tenant permit. */
export function principalIn(
  { isolate }: Incoming,
  { claims, key }: Pick<Caller, 'claims' | 'key'>,
  tenant: TenantSnapshot,
): Principal {
  return key ? keyPrincipal(key, tenant, isolate.shared.modules) : principalOf(claims, tenant)
}

function openUngated({ isolate, facts }: Incoming): Database {
  const ungated = isolate.shared.shards.openAll()
  facts.databases.push(ungated)
  return ungated
}

/** The claims of the token; where credentials are ignored, a token that is not valid is none. */
async function givenClaims(
  incoming: Incoming,
  route: Target['route'],
): Promise<AccessClaims | undefined> {
  try {
    return await claimsOf(incoming, incoming.isolate.shared.tokens, incoming.now)
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
  return {
    ...incoming,
    mayUseCookies: false,
    tenant: noTenant,
    claims: undefined,
    key: undefined,
    principal,
    budget: {},
    ungated,
    lookups: [],
  }
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
    clientCountry: () => clientCountryOf(request),
    userAgent: request.headers.get('user-agent')?.slice(0, 255),
    origin: originOf(caller),
    cookies: caller.mayUseCookies ? caller.cookies : undefined,
    idempotency: claim,
  }
  const gates = [...callerGate(caller), ...replayGate(ctx)]
  const db = isolate.shared.shards.open(tenant.shard, gates)
  caller.facts.databases.push(db)
  return { ctx, deps: { ...isolate.shared, db, tenants: isolate.tenantsOf(caller.ungated) } }
}

/** What must still be so of the caller when the database is asked. */
function callerGate({ claims, key, tenant, now }: Caller): Gate[] {
  if (key) return [keyGate(key, tenant, now)]
  return claims ? [sessionGate(claims, tenant, now)] : []
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

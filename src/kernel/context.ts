import type { Cookies } from './cookies.ts'
import type { Effect, Fence } from './effect.ts'
import { type Grants, type Permissions, unbounded } from './grants.ts'
import type { LocaleRule } from './locale.ts'

/** Whether a tenant is served: suspended answers 403, deleting answers 404. */
export type TenantStatus = 'active' | 'suspended' | 'deleting'

/** A module as a tenant has it. */
export interface TenantModule {
  readonly enabled: boolean
  readonly settings: Readonly<Record<string, unknown>>
}

/** Everything a request needs to know of its tenant, loaded and cached as one value. */
export interface TenantSnapshot {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly status: TenantStatus
  /** Grows with every change of the tenant, its domains, locales, modules or roles. */
  readonly version: number
  /** True for the one tenant whose super administrators manage tenants. */
  readonly isControl: boolean
  readonly shard: string
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  readonly defaultLocale: string
  readonly locales: readonly LocaleRule[]
  readonly modules: Readonly<Record<string, TenantModule>>
  /** What each role permits, by its slug. */
  readonly roles: Readonly<Record<string, Grants>>
  readonly settings: Readonly<Record<string, unknown>>
  /** Endpoints that are to be told of events; without any, no webhook owes anything. */
  readonly webhookEndpoints: number
}

/** Who acts. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user'
      readonly userId: string
      readonly sessionId: string
      readonly roles: readonly string[]
      readonly permissions: Permissions
    }
  /** A program that acts for the user who made its key. */
  | {
      readonly kind: 'key'
      readonly keyId: string
      readonly userId: string
      /** Of the user. */
      readonly roles: readonly string[]
      readonly permissions: Permissions
    }
  | { readonly kind: 'system'; readonly name: string; readonly permissions: Permissions }

/** The idempotency key of a request, scoped and hashed. */
export interface IdempotencyClaim {
  /** SHA-256 of principal, method, route and key, as base64url. */
  readonly id: string
  /** HMAC-SHA-256 of the request's target and body, as base64url. */
  readonly fingerprint: string
}

/** What every service function is told about the call it serves. */
export interface RequestContext {
  readonly requestId: string
  readonly traceId: string
  /** The instant of the call, epoch milliseconds; one call sees one instant. */
  readonly now: number
  readonly tenant: TenantSnapshot
  readonly principal: Principal
  /** The locales to try, best first. Never empty. */
  readonly locales: readonly [string, ...string[]]
  readonly clientAddress: string | undefined
  /** ISO 3166-1 alpha-2, as the edge tells it. Asked for, since to read it costs more than the rest. */
  readonly clientCountry?: () => string | undefined
  readonly userAgent: string | undefined
  /** Scheme, host and port that the client used, for links. */
  readonly origin: string
  /** The cookies of the caller's page; absent where the page may not use them. */
  readonly cookies?: Cookies | undefined
  readonly idempotency?: IdempotencyClaim | undefined
  /** The event or job that led to this call. */
  readonly causationId?: string
  /** The effect that the next commit of this context brings about. */
  readonly effect?: Effect
  /** The lease under which this call works. */
  readonly fence?: Fence
}

/** The context of work that no request asked for: schedules, seeds and tasks of the platform. */
export function systemContext(
  tenant: TenantSnapshot,
  call: {
    readonly name: string
    readonly permissions: readonly string[]
    readonly id: string
    readonly now: number
    readonly traceId?: string
  },
): RequestContext {
  return {
    requestId: call.id,
    traceId: call.traceId ?? call.id.replaceAll('-', ''),
    now: call.now,
    tenant,
    principal: { kind: 'system', name: call.name, permissions: unbounded(call.permissions) },
    locales: [tenant.defaultLocale],
    clientAddress: undefined,
    userAgent: undefined,
    origin: '',
  }
}

import type { TenantModule, TenantSnapshot, TenantStatus } from '../../kernel/context.ts'
import type { Transitions } from '../../kernel/fsm.ts'
import { isUuid } from '../../kernel/ids.ts'
import { limits } from '../../kernel/limits.ts'
import type { LocaleRule } from '../../kernel/locale.ts'
import type { ModuleFacts } from '../../kernel/module.ts'
import { SYSTEM_ROLES, type SystemRole, grantsOf } from '../../kernel/permissions.ts'
import type { TenantKey } from '../../ports/tenant-directory.ts'
import type { StoredTenant } from './types.ts'

/** Slugs that no tenant may have: they are names of the platform, of mail and of services. */
export const RESERVED_SLUGS: ReadonlySet<string> = new Set(
  [
    'api admin www app cdn assets static health metrics docs swagger',
    'mail smtp pop imap ftp sftp ssh vpn',
    'auth login logout register signup signin',
    'dev test staging prod production localhost',
    'db database cache redis postgres',
    'root system internal private public',
  ].flatMap((line) => line.split(' ')),
)

/** 1 to 63 of `a-z`, `0-9` and `-`, not beginning with `-`: a DNS label when it ends in none. */
export const SLUG_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/

/** True for the shape of a slug that cannot be taken for an id. Reserved ones pass. */
export function isSlug(text: string): boolean {
  return SLUG_PATTERN.test(text) && !isUuid(text)
}

const HOST_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** True for 1 to 253 characters of DNS labels (RFC 1123 §2.1), lower case, without a port. */
export function isHost(text: string): boolean {
  return (
    text.length <= limits.tenant.host && text.split('.').every((label) => HOST_LABEL.test(label))
  )
}

/** True for a host that a tenant may claim: a name of two labels or more and not an IP address. */
export function isPublicHost(text: string): boolean {
  return isHost(text) && /\.(?=[^.]*[a-z])[^.]+$/.test(text)
}

/** The base domain that a host is or lies under; such hosts lead to tenants by their slugs. */
export function baseDomainOf(host: string, baseDomains: readonly string[]): string | undefined {
  return baseDomains.find((base) => host === base || host.endsWith(`.${base}`))
}

/** Reads an identifier of unknown kind: a UUID, else a host when it has a dot, else a slug. */
export function tenantKeyOf(text: string): TenantKey | undefined {
  const value = text.trim().toLowerCase()
  if (isUuid(value)) return { kind: 'id', value }
  if (value.includes('.')) return isHost(value) ? { kind: 'host', value } : undefined
  return isSlug(value) ? { kind: 'slug', value } : undefined
}

/** True for a key that a tenant could have; others are not worth a lookup. */
export function isTenantKey(key: TenantKey): boolean {
  if (key.kind === 'id') return isUuid(key.value)
  return key.kind === 'host' ? isHost(key.value) : isSlug(key.value)
}

/** Every key that leads to a tenant. */
export function tenantKeysOf(tenant: Pick<TenantSnapshot, 'id' | 'slug' | 'hosts'>): TenantKey[] {
  return [
    { kind: 'id', value: tenant.id },
    { kind: 'slug', value: tenant.slug },
    ...tenant.hosts.map((value) => ({ kind: 'host' as const, value })),
  ]
}

/**
 * The serialised origin (RFC 6454 §6.1) of exactly a scheme, a host and perhaps a port, or undefined.
 * The scheme is https; http passes for localhost.
 */
export function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isLocal = /^(.+\.)?localhost$|^127\.0\.0\.1$|^\[::1\]$/.test(url.hostname)
  const isAllowed =
    (url.protocol === 'https:' && isHost(url.hostname)) || (url.protocol === 'http:' && isLocal)
  return isAllowed && url.origin === text.toLowerCase() ? url.origin : undefined
}

/** True for an IANA time zone name that the runtime knows. */
export function isTimeZone(text: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone.length > 0
  } catch {
    return false
  }
}

/** What may be done to a tenant's status, and when. */
export const statusTransitions: Transitions<
  TenantStatus,
  'suspend' | 'activate' | 'requestDeletion' | 'restore'
> = {
  suspend: { from: ['active'], to: 'suspended' },
  activate: { from: ['suspended'], to: 'active' },
  requestDeletion: { from: ['active', 'suspended'], to: 'deleting' },
  restore: { from: ['deleting'], to: 'suspended' },
}

/** Why a locale's fallback is refused. */
export type FallbackFault = 'unknown' | 'cycle' | 'too_deep'

/** The locales after one is added or given another fallback. */
export function withLocale(locales: readonly LocaleRule[], changed: LocaleRule): LocaleRule[] {
  return [...locales.filter((locale) => locale.code !== changed.code), changed]
}

/**
 * Why the fallback of the changed locale is refused: it is not a locale of the tenant, it leads back
 * to the locale, or the longest chain would have more than `limits.tenant.fallbackDepth` steps.
 */
export function fallbackFault(
  locales: readonly LocaleRule[],
  changed: LocaleRule,
): FallbackFault | undefined {
  const after = new Map(
    withLocale(locales, changed).map((locale) => [locale.code, locale.fallback]),
  )
  if (changed.fallback !== null && !after.has(changed.fallback)) return 'unknown'
  for (const start of after.keys()) {
    const chain = new Set([start])
    for (let code = after.get(start); code; code = after.get(code)) {
      if (chain.has(code)) return 'cycle'
      chain.add(code)
    }
    if (chain.size > limits.tenant.fallbackDepth + 1) return 'too_deep'
  }
  return undefined
}

/** Why a module cannot be switched. `modules` are the slugs in the way. */
export type SwitchFault =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'core' }
  | { readonly kind: 'required_by'; readonly modules: readonly string[] }
  | { readonly kind: 'dependency_missing'; readonly modules: readonly string[] }

/**
 * Why a module cannot be switched on or off: it does not exist, it is a core module, an enabled
 * module depends on it, or a module that it needs is off.
 */
export function switchFault(
  facts: readonly ModuleFacts[],
  enabled: ReadonlySet<string>,
  slug: string,
  on: boolean,
): SwitchFault | undefined {
  const module = facts.find((fact) => fact.slug === slug)
  if (!module) return { kind: 'unknown' }
  if (on) {
    const missing = module.dependsOn.filter((needed) => !enabled.has(needed))
    return missing.length > 0 ? { kind: 'dependency_missing', modules: missing } : undefined
  }
  if (module.kind === 'core') return { kind: 'core' }
  const dependents = facts
    .filter((fact) => enabled.has(fact.slug) && fact.dependsOn.includes(slug))
    .map((fact) => fact.slug)
  return dependents.length > 0 ? { kind: 'required_by', modules: dependents } : undefined
}

/** The modules that a tenant has: every core module and the optional ones that are switched on. */
export function enabledModules(
  facts: readonly ModuleFacts[],
  modules: TenantSnapshot['modules'],
): Set<string> {
  const enabled = facts.filter(
    (fact) => fact.kind === 'core' || modules[fact.slug]?.enabled === true,
  )
  return new Set(enabled.map((fact) => fact.slug))
}

/** Names of the seeded roles. */
export const ROLE_NAMES: Readonly<Record<SystemRole, string>> = {
  super_admin: 'Super administrator',
  admin: 'Administrator',
  manager: 'Manager',
  customer: 'Customer',
}

/** What a new tenant is made from. `modules` are the optional ones to switch on. */
export interface NewTenant {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly defaultLocale: string
  readonly modules: readonly string[]
  readonly shard: string
  readonly now: number
}

/** A new, active tenant with its default locale, its modules and the seeded roles. */
export function newTenant(input: NewTenant, facts: readonly ModuleFacts[]): StoredTenant {
  const definitions = facts.flatMap((fact) => fact.permissions)
  const state: TenantModule = { enabled: true, settings: {} }
  return {
    id: input.id,
    slug: input.slug,
    name: input.name,
    status: 'active',
    version: 1,
    sequence: 1,
    isControl: false,
    shard: input.shard,
    hosts: [],
    origins: [],
    defaultLocale: input.defaultLocale,
    locales: [{ code: input.defaultLocale, fallback: null }],
    modules: Object.fromEntries(input.modules.map((slug) => [slug, state])),
    roles: Object.fromEntries(SYSTEM_ROLES.map((role) => [role, grantsOf(role, definitions)])),
    settings: {},
    createdAt: input.now,
    updatedAt: input.now,
    deletionRequestedAt: null,
    webhookEndpoints: 0,
  }
}

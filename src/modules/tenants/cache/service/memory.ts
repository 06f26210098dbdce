import type { TenantSnapshot } from '../../../../kernel/context.ts'
import type { Telemetry } from '../../../../ports/telemetry.ts'
import type { TenantKey } from '../../../../ports/tenant-directory.ts'
import { tenantKeysOf } from '../../domain.ts'

/** How long things are kept, in milliseconds, and how many. */
export interface MemoryBounds {
  /** Age up to which a snapshot answers without a question. */
  readonly fresh: number
  /** Time after that in which it answers while it is reloaded. */
  readonly stale: number
  /** Age up to which an unknown tenant is unknown. */
  readonly negative: number
  /** The most snapshots, and the most unknown keys. */
  readonly entries: number
}

/** What memory knows of a key. */
export type Known =
  | { readonly kind: 'fresh' | 'stale'; readonly tenant: TenantSnapshot }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown' }

/** Snapshots of one isolate: values only, least recently used first. */
export interface TenantMemory {
  get(key: TenantKey, now: number): Known
  /** The snapshot at any age. */
  peek(key: TenantKey): TenantSnapshot | undefined
  /**
   * Takes a snapshot that is current at `now`, unless a newer one is here, and gives the newer one
   * back. Keys that led to its forerunner are dropped.
   */
  put(tenant: TenantSnapshot, now: number): TenantSnapshot
  putAbsent(key: TenantKey, now: number): void
  forget(tenantId: string): void
}

/** The text form of a key, for maps and for the shared cache. */
export function keyText(key: TenantKey): string {
  return `${key.kind}:${key.value}`
}

export function createTenantMemory(bounds: MemoryBounds, telemetry: Telemetry): TenantMemory {
  const tenants = new Map<string, { readonly tenant: TenantSnapshot; readonly checkedAt: number }>()
  const idOfKey = new Map<string, string>()
  const absent = createAbsentKeys(bounds, telemetry)

  const forget = (tenantId: string) => {
    const entry = tenants.get(tenantId)
    if (!entry) return
    tenants.delete(tenantId)
    for (const key of tenantKeysOf(entry.tenant).map(keyText)) {
      if (idOfKey.get(key) === tenantId) idOfKey.delete(key)
    }
  }
  const entryOf = (key: TenantKey) => tenants.get(idOfKey.get(keyText(key)) ?? '')
  const measure = () => telemetry.gauge('rustok_tenant_cache_entries', tenants.size)
  measure()

  return {
    forget,
    peek: (key) => entryOf(key)?.tenant,
    get(key, now) {
      const entry = entryOf(key)
      if (!entry) return { kind: absent.has(key, now) ? 'absent' : 'unknown' }
      const age = now - entry.checkedAt
      if (age >= bounds.fresh + bounds.stale) return { kind: 'unknown' }
      tenants.delete(entry.tenant.id)
      tenants.set(entry.tenant.id, entry)
      return { kind: age < bounds.fresh ? 'fresh' : 'stale', tenant: entry.tenant }
    },
    put(tenant, now) {
      const kept = tenants.get(tenant.id)?.tenant
      if (kept && kept.version > tenant.version) return kept
      forget(tenant.id)
      tenants.set(tenant.id, { tenant, checkedAt: now })
      for (const key of tenantKeysOf(tenant)) {
        idOfKey.set(keyText(key), tenant.id)
        absent.forget(key)
      }
      for (const oldest of tenants.keys()) {
        if (tenants.size <= bounds.entries) break
        forget(oldest)
        telemetry.count('rustok_tenant_cache_evictions_total')
      }
      measure()
      return tenant
    },
    putAbsent: (key, now) => absent.add(key, now),
  }
}

/** Keys that lead nowhere, the oldest first. */
function createAbsentKeys(bounds: MemoryBounds, telemetry: Telemetry) {
  const until = new Map<string, number>()
  const measure = () => telemetry.gauge('rustok_tenant_cache_negative_entries', until.size)
  measure()
  return {
    has: (key: TenantKey, now: number) => (until.get(keyText(key)) ?? 0) > now,
    forget(key: TenantKey) {
      if (until.delete(keyText(key))) measure()
    },
    add(key: TenantKey, now: number) {
      until.delete(keyText(key))
      until.set(keyText(key), now + bounds.negative)
      for (const oldest of until.keys()) {
        if (until.size <= bounds.entries) break
        until.delete(oldest)
        telemetry.count('rustok_tenant_cache_negative_evictions_total')
      }
      telemetry.count('rustok_tenant_cache_negative_inserts_total')
      measure()
    },
  }
}

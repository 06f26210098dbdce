import type { TenantSnapshot } from '../kernel/context.ts'

/** A way to name a tenant. */
export type TenantKey =
  | { readonly kind: 'id'; readonly value: string }
  | { readonly kind: 'slug'; readonly value: string }
  | { readonly kind: 'host'; readonly value: string }

/** Finds tenants: isolate memory, then the shared cache, then the database. */
export interface TenantDirectory {
  /** The tenant's snapshot, or undefined when there is none. May be some seconds old. */
  find(key: TenantKey): Promise<TenantSnapshot | undefined>
  /** Whether any tenant allows the browser origin. */
  knowsOrigin(origin: string): Promise<boolean>
  /** Loads the tenant from the database and rewrites both caches; call after each change of it. */
  refresh(tenantId: string): Promise<TenantSnapshot | undefined>
  /**
   * As `refresh`, without a database trip, for a change whose outcome is known: `after` is what was
   * committed over `before`, which is undefined for a new tenant.
   */
  replace(before: TenantSnapshot | undefined, after: TenantSnapshot): Promise<void>
  /** Drops everything that leads to the tenant from both caches; waits for it. */
  forget(tenant: TenantSnapshot): Promise<void>
}

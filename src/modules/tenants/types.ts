import type { TenantSnapshot } from '../../kernel/context.ts'

/** A tenant as the database has it: module and tenant settings hold only what was set. */
export interface StoredTenant extends TenantSnapshot {
  /** The number of the tenant's last event. */
  readonly sequence: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly deletionRequestedAt: number | null
}

/** The columns of `tenants`, without what hangs on them. */
export type TenantRecord = Pick<
  StoredTenant,
  | 'id'
  | 'slug'
  | 'name'
  | 'status'
  | 'version'
  | 'sequence'
  | 'isControl'
  | 'shard'
  | 'defaultLocale'
  | 'settings'
  | 'createdAt'
  | 'updatedAt'
  | 'deletionRequestedAt'
  | 'webhookEndpoints'
>

/** Settings of a module or a tenant by key. */
export type Settings = Readonly<Record<string, unknown>>

import { StaleKeyError, StaleTenantError } from '../../kernel/errors.ts'
import { forgetKey } from './api-key.ts'
import type { Incoming } from './call.ts'

/** What a request may have been decided on that has changed since. */
export type Stale = 'tenant' | 'key'

/** What the error says is old; undefined for any other error. */
export function staleOf(error: unknown): Stale | undefined {
  if (error instanceof StaleKeyError) return 'key'
  return error instanceof StaleTenantError ? 'tenant' : undefined
}

/** Renews what is old, so that the request can be decided anew. */
export async function renew(incoming: Incoming, stale: Stale, tenantId: string): Promise<void> {
  if (stale === 'key') return forgetKey(incoming)
  const { isolate } = incoming
  await isolate.tenantsOf(isolate.shared.shards.openAll()).refresh(tenantId)
}

/**
 * Runs the work; when it was decided on an old snapshot of the tenant or on an API key as it was, once
 * more on the new one, for each of the two.
 */
export async function withFreshTenant<T>(
  incoming: Incoming,
  work: () => Promise<T>,
  tenantId: () => string | undefined,
): Promise<T> {
  const renewed = new Set<Stale>()
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const id = tenantId()
      const stale = staleOf(error)
      if (id === undefined || stale === undefined || renewed.has(stale)) throw error
      renewed.add(stale)
      await renew(incoming, stale, id)
    }
  }
}

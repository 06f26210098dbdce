import type { Breaker } from '../../../../kernel/breaker.ts'
import type { TenantSnapshot } from '../../../../kernel/context.ts'
import type { SharedCache } from '../../../../ports/cache.ts'
import type { Telemetry } from '../../../../ports/telemetry.ts'
import type { TenantKey } from '../../../../ports/tenant-directory.ts'
import { tenantKeysOf } from '../../domain.ts'
import { snapshotSchema } from '../schemas.ts'
import { type StartTimer, within } from '../../../../kernel/deadline.ts'
import { keyText } from './memory.ts'

/** Snapshots that all isolates share. Every call ends within `TIMEOUT_MILLISECONDS`; none throws. */
export interface SharedTenants {
  /** The snapshot, null for a key known to lead nowhere, undefined when the cache does not know. */
  get(key: TenantKey): Promise<TenantSnapshot | null | undefined>
  put(key: TenantKey, tenant: TenantSnapshot): Promise<void>
  putAbsent(key: TenantKey): Promise<void>
  /** Writes the tenant under all its keys and drops the keys that only its forerunner had. */
  replace(before: TenantSnapshot | undefined, after: TenantSnapshot): Promise<void>
  /** Drops all keys of the tenant. */
  drop(tenant: TenantSnapshot): Promise<void>
}

/** How long an answer of the shared cache is waited for. */
export const TIMEOUT_MILLISECONDS = 500

/** The least that Workers KV accepts. */
const NEGATIVE_TTL_SECONDS = 60

const ABSENT = 'null'

/** The shape of the values; a release that changes it changes this and starts with an empty cache. */
const FORMAT = 'v2'

export function createSharedTenants(options: {
  readonly cache: SharedCache
  readonly breaker: Breaker
  readonly startTimer: StartTimer
  readonly telemetry: Telemetry
  readonly ttlSeconds: number
}): SharedTenants {
  const { cache, breaker, startTimer, telemetry, ttlSeconds } = options

  const guarded = async <Value>(call: () => Promise<Value>): Promise<Value | undefined> => {
    if (!breaker.allows()) return undefined
    const outcome = await within(startTimer, TIMEOUT_MILLISECONDS, call())
    if (outcome.kind === 'done') {
      breaker.succeeded()
      return outcome.value
    }
    breaker.failed()
    telemetry.count('rustok_tenant_cache_errors_total')
    return undefined
  }

  const put = (key: TenantKey, tenant: TenantSnapshot) =>
    guarded(() => cache.put(cacheKey(key), JSON.stringify(tenant), ttlSeconds))

  const drop = async (keys: readonly TenantKey[]) =>
    void (await Promise.all(keys.map((key) => guarded(() => cache.delete(cacheKey(key))))))

  return {
    drop: (tenant) => drop(tenantKeysOf(tenant)),
    async get(key) {
      const text = await guarded(() => cache.get(cacheKey(key)))
      if (text === undefined) return undefined
      if (text === ABSENT) return null
      const tenant = parseSnapshot(text)
      return tenant && tenantKeysOf(tenant).some((own) => keyText(own) === keyText(key))
        ? tenant
        : undefined
    },
    put,
    putAbsent: (key) => guarded(() => cache.put(cacheKey(key), ABSENT, NEGATIVE_TTL_SECONDS)),
    async replace(before, after) {
      const current = tenantKeysOf(after)
      const currentTexts = new Set(current.map(keyText))
      const gone = (before ? tenantKeysOf(before) : []).filter(
        (key) => !currentTexts.has(keyText(key)),
      )
      await Promise.all([...current.map((key) => put(key, after)), drop(gone)])
    },
  }
}

function cacheKey(key: TenantKey): string {
  return `tenant:${FORMAT}:${keyText(key)}`
}

function parseSnapshot(text: string): TenantSnapshot | undefined {
  try {
    return snapshotSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

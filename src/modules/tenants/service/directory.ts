import { BREAKER_LEVELS, createBreaker } from '../../../kernel/breaker.ts'
import type { Clock } from '../../../kernel/clock.ts'
import type { TenantSnapshot } from '../../../kernel/context.ts'
import type { ModuleFacts } from '../../../kernel/module.ts'
import type { SharedCache } from '../../../ports/cache.ts'
import type { Database } from '../../../ports/database.ts'
import type { Telemetry } from '../../../ports/telemetry.ts'
import type { TenantDirectory, TenantKey } from '../../../ports/tenant-directory.ts'
import type { Span, Tracing } from '../../../ports/tracing.ts'
import { isTenantKey, originOf, tenantKeysOf } from '../domain.ts'
import { findOrigin, findTenant, storedTenant } from '../repo.ts'
import type { StartTimer } from '../../../kernel/deadline.ts'
import { type Flights, createFlights } from '../cache/service/flights.ts'
import { type TenantMemory, createTenantMemory, keyText } from '../cache/service/memory.ts'
import { type OriginMemory, createOriginMemory } from '../cache/service/origins-memory.ts'
import { type SharedTenants, createSharedTenants } from '../cache/service/shared.ts'
import { snapshotOf } from './snapshot.ts'

/** How long and how many snapshots are kept. */
export interface TenantCacheSettings {
  readonly tenantFreshMs: number
  readonly tenantStaleMs: number
  readonly tenantNegativeMs: number
  readonly tenantEntries: number
  readonly tenantKvSeconds: number
}

/** What the directory of an isolate is made of. */
export interface TenantDirectoryOptions {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly tracing: Pick<Tracing, 'span'>
  readonly cache: SharedCache
  readonly modules: readonly ModuleFacts[]
  readonly settings: TenantCacheSettings
  readonly startTimer: StartTimer
}

/** Takes work that may end after the answer, as `waitUntil` does. */
export type Background = (work: Promise<unknown>) => void

/** The tenants as an isolate knows them. */
export interface IsolateTenants {
  /**
   * The directory of one request, which loads from the request's own database. Without `background`
   * the request itself waits for the shared cache to be written and for stale snapshots.
   */
  forRequest(db: Database, background?: Background): TenantDirectory
}

interface Parts {
  readonly options: TenantDirectoryOptions
  readonly memory: TenantMemory
  readonly origins: OriginMemory
  readonly shared: SharedTenants
  readonly flights: Flights<TenantSnapshot | undefined>
  readonly originFlights: Flights<boolean>
}

interface Request {
  readonly db: Database
  readonly defer: (work: Promise<unknown>) => Promise<void>
}

/** Makes the tenant directory of an isolate. It holds values; a request's death harms no other. */
export function createTenantDirectory(options: TenantDirectoryOptions): IsolateTenants {
  const { clock, telemetry, cache, settings, startTimer } = options
  const joined = () => telemetry.count('rustok_tenant_cache_coalesced_total')
  const parts: Parts = {
    options,
    memory: createTenantMemory(
      {
        fresh: settings.tenantFreshMs,
        stale: settings.tenantStaleMs,
        negative: settings.tenantNegativeMs,
        entries: settings.tenantEntries,
      },
      telemetry,
    ),
    origins: createOriginMemory(settings.tenantEntries),
    shared: createSharedTenants({
      cache,
      breaker: createBreaker({
        clock,
        onState: (state) =>
          telemetry.gauge('rustok_tenant_cache_breaker_state', BREAKER_LEVELS[state]),
      }),
      startTimer,
      telemetry,
      ttlSeconds: settings.tenantKvSeconds,
    }),
    flights: createFlights({ clock, startTimer, joined }),
    originFlights: createFlights({ clock, startTimer, joined }),
  }
  return {
    forRequest(db, background) {
      const defer = async (work: Promise<unknown>) =>
        background ? background(work) : void (await work)
      const request = { db, defer }
      return {
        find: (key) => find(parts, request, key),
        knowsOrigin: (origin) => knowsOrigin(parts, request, origin),
        refresh: (tenantId) => refresh(parts, request, tenantId),
        replace: (before, after) => replace(parts, request, before, after),
        forget: (tenant) => forget(parts, tenant),
      }
    },
  }
}

async function find(
  parts: Parts,
  request: Request,
  key: TenantKey,
): Promise<TenantSnapshot | undefined> {
  if (!isTenantKey(key)) return undefined
  const { clock, telemetry } = parts.options
  const known = parts.memory.get(key, clock.now())
  switch (known.kind) {
    case 'fresh':
      telemetry.count('rustok_tenant_cache_hits_total', { tier: 'memory' })
      return known.tenant
    case 'absent':
      telemetry.count('rustok_tenant_cache_negative_hits_total', { tier: 'memory' })
      return undefined
    case 'stale':
      telemetry.count('rustok_tenant_cache_hits_total', { tier: 'memory' })
      if (!parts.flights.isUnderWay(keyText(key)))
        await request.defer(revalidate(parts, request, key))
      return parts.memory.peek(key)
    case 'unknown':
      telemetry.count('rustok_tenant_cache_misses_total', { tier: 'memory' })
      return parts.flights.share(keyText(key), () => load(parts, request, key))
  }
}

/** Never rejects: the stale snapshot goes on answering until its time is up. */
async function revalidate(parts: Parts, request: Request, key: TenantKey): Promise<void> {
  try {
    await parts.flights.share(keyText(key), () => load(parts, request, key))
  } catch (error) {
    parts.options.telemetry.error('A tenant could not be reloaded.', error)
  }
}

function load(parts: Parts, request: Request, key: TenantKey): Promise<TenantSnapshot | undefined> {
  return parts.options.tracing.span('cache.load', (span) => {
    span.set('rustok.cache.key_kind', key.kind)
    return loadInSpan(parts, request, key, span)
  })
}

async function loadInSpan(
  parts: Parts,
  request: Request,
  key: TenantKey,
  span: Span,
): Promise<TenantSnapshot | undefined> {
  const { clock, telemetry, modules } = parts.options
  const cached = await parts.shared.get(key)
  if (cached === null && !parts.memory.peek(key)) {
    telemetry.count('rustok_tenant_cache_negative_hits_total', { tier: 'shared' })
    parts.memory.putAbsent(key, clock.now())
    return undefined
  }
  // What this isolate has seen is never given up for something older.
  if (cached && cached.version >= (parts.memory.peek(idKey(cached.id))?.version ?? 0)) {
    telemetry.count('rustok_tenant_cache_hits_total', { tier: 'shared' })
    return parts.memory.put(snapshotOf(cached, modules), clock.now())
  }
  telemetry.count('rustok_tenant_cache_misses_total', { tier: 'shared' })
  span.set('rustok.cache.miss', true)
  return loadFromDatabase(parts, request, key)
}

async function loadFromDatabase(
  parts: Parts,
  request: Request,
  key: TenantKey,
): Promise<TenantSnapshot | undefined> {
  const { clock, telemetry, modules } = parts.options
  const kept = parts.memory.peek(key)
  const row = await request.db.first(findTenant(key))
  if (row) {
    const tenant = parts.memory.put(snapshotOf(storedTenant(row), modules), clock.now())
    await request.defer(parts.shared.put(key, tenant))
    return tenant
  }
  telemetry.count('rustok_tenant_cache_negative_misses_total')
  const created = parts.memory.peek(key)
  if (created && created !== kept) return created
  if (kept) parts.memory.forget(kept.id)
  parts.memory.putAbsent(key, clock.now())
  await request.defer(parts.shared.putAbsent(key))
  return undefined
}

async function refresh(
  parts: Parts,
  request: Request,
  tenantId: string,
): Promise<TenantSnapshot | undefined> {
  const key = idKey(tenantId)
  const before = parts.memory.peek(key)
  const row = await request.db.first(findTenant(key))
  if (!row) {
    parts.memory.forget(tenantId)
    const keys = before ? tenantKeysOf(before) : [key]
    await request.defer(Promise.all(keys.map((gone) => parts.shared.putAbsent(gone))))
    return undefined
  }
  const after = snapshotOf(storedTenant(row), parts.options.modules)
  await replace(parts, request, before, after)
  return after
}

async function replace(
  parts: Parts,
  request: Request,
  before: TenantSnapshot | undefined,
  after: TenantSnapshot,
): Promise<void> {
  const { clock, modules } = parts.options
  const tenant = parts.memory.put(snapshotOf(after, modules), clock.now())
  for (const origin of [...(before?.origins ?? []), ...tenant.origins]) parts.origins.forget(origin)
  await request.defer(parts.shared.replace(before, tenant))
}

function forget({ memory, origins, shared }: Parts, tenant: TenantSnapshot): Promise<void> {
  memory.forget(tenant.id)
  for (const origin of tenant.origins) origins.forget(origin)
  return shared.drop(tenant)
}

async function knowsOrigin(parts: Parts, request: Request, origin: string): Promise<boolean> {
  if (originOf(origin) !== origin) return false
  const { clock, settings } = parts.options
  const known = parts.origins.get(origin, clock.now())
  if (known !== undefined) return known
  return parts.originFlights.share(origin, async () => {
    const found = (await request.db.first(findOrigin(origin))) !== undefined
    const keep = found ? settings.tenantFreshMs : settings.tenantNegativeMs
    parts.origins.put(origin, found, clock.now() + keep)
    return found
  })
}

function idKey(value: string): TenantKey {
  return { kind: 'id', value }
}

import { env } from 'cloudflare:workers'
import { createPublicCache } from '../../../src/adapters/cache/public-memory.ts'
import { createD1Driver } from '../../../src/adapters/database/d1.ts'
import { openDatabase } from '../../../src/adapters/database/request-database.ts'
import { createShards } from '../../../src/adapters/database/shards.ts'
import { createStoredPayloads } from '../../../src/adapters/payloads/storage.ts'
import { randomBytes, systemClock } from '../../../src/adapters/clock/system.ts'
import { createHkdfSecrets } from '../../../src/adapters/secrets/hkdf.ts'
import { createConsoleTelemetry } from '../../../src/adapters/telemetry/console.ts'
import { createNoTracing } from '../../../src/adapters/tracing/scopes.ts'
import { parseConfig } from '../../../src/app/config/index.ts'
import { createStorage } from '../../../src/app/storage.ts'
import { createIds } from '../../../src/kernel/ids.ts'
import type { TenantSnapshot } from '../../../src/kernel/context.ts'
import { createTenantDirectory, provisionTenant } from '../../../src/modules/tenants/index.ts'
import { type Database, PRIMARY_SHARD, type SqlDriver } from '../../../src/ports/database.ts'
import { defineModule } from '../../../src/ports/module.ts'
import type { TenantKey } from '../../../src/ports/tenant-directory.ts'
import { createFaultyCache } from '../../support/faulty-cache.ts'

/** Ages of the directory under test, in milliseconds, and its size. */
export const settings = {
  tenantFreshMs: 10_000,
  tenantStaleMs: 60_000,
  tenantNegativeMs: 5_000,
  tenantEntries: 100,
  tenantKvSeconds: 300,
}

export const modules = [defineModule({ slug: 'tenants', title: 'Tenants', kind: 'core' })]

const databaseOptions = { timeoutMilliseconds: 30_000, retries: 0, random: () => 0 }

const ids = createIds(systemClock, randomBytes)

/** A clock and timers that move only when a test says so. */
export function createManualTime() {
  let now = 1_000_000
  const timers = new Set<{ readonly at: number; readonly fire: () => void }>()
  return {
    clock: { now: () => now },
    startTimer: (milliseconds: number, fire: () => void) => {
      const timer = { at: now + milliseconds, fire }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(milliseconds: number) {
      now += milliseconds
      for (const timer of timers) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.fire()
      }
    },
  }
}

const secrets = createHkdfSecrets(env.APP_SECRET, randomBytes)

/** A directory over the real D1 and a cache with faults, with what happens counted. */
export function directoryWorld(options: { readonly entries?: number } = {}) {
  const time = createManualTime()
  const cache = createFaultyCache()
  const telemetry = createConsoleTelemetry({
    clock: time.clock,
    level: 'silent',
    format: 'json',
    base: {},
  })
  const d1 = createD1Driver(env.DB)
  const state = { loads: 0, hang: false, down: false }
  const driver: SqlDriver = {
    batch(statements, mode) {
      if (mode === 'read') state.loads += 1
      if (state.hang) return new Promise(() => {})
      if (state.down) return Promise.reject(new Error('the database is down'))
      return d1.batch(statements, mode)
    },
  }
  const db = (): Database => openDatabase(driver, databaseOptions)
  const isolate = () =>
    createTenantDirectory({
      clock: time.clock,
      startTimer: time.startTimer,
      telemetry,
      tracing: createNoTracing(),
      cache,
      modules,
      settings: { ...settings, tenantEntries: options.entries ?? settings.tenantEntries },
    })
  const directory = isolate()
  const deps = (tenants = directory) => ({
    db: db(),
    shards: createShards(new Map([[PRIMARY_SHARD, driver]]), databaseOptions),
    ids,
    modules,
    tenants: tenants.forRequest(db()),
    publicCache: createPublicCache({ clock: time.clock, maxBytes: 0, ttlMilliseconds: 0 }),
    bus: { publish: () => true },
    isAwaited: () => false,
    payloads: createStoredPayloads(createStorage(env.FILES, parseConfig({ ...env }).storage)),
    secrets,
  })
  return {
    time,
    cache,
    state,
    directory,
    isolate,
    db,
    /** The directory as a new request sees it. */
    tenants: () => directory.forRequest(db()),
    /** The value of a counter or gauge, summed over its labels. */
    metric(name: string) {
      const lines = telemetry
        .render()
        .split('\n')
        .filter((line) => line.startsWith(`rustok_tenant_cache_${name}`))
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    },
    /** A new tenant that no cache knows. */
    async tenant() {
      const slug = `t-${ids.next().slice(-12)}`
      const other = isolate()
      const created = await provisionTenant(
        deps(other),
        { requestId: slug, now: time.clock.now() },
        { slug, name: 'Acme' },
      )
      cache.entries.clear()
      return created
    },
  }
}

export const bySlug = (value: string): TenantKey => ({ kind: 'slug', value })
export const byId = (value: string): TenantKey => ({ kind: 'id', value })
export const byHost = (value: string): TenantKey => ({ kind: 'host', value })

/** Lets every promise that can go on without I/O or timers do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

/** The tenant that a new request finds. Throws when there is none. */
export async function found(
  world: ReturnType<typeof directoryWorld>,
  key: TenantKey,
): Promise<TenantSnapshot> {
  const tenant = await world.tenants().find(key)
  if (!tenant) throw new Error('the tenant is missing')
  return tenant
}

/** Work of a request that is gone: nobody waits for it, and its end harms nobody. */
export function abandon(work: Promise<unknown>): void {
  work.catch(() => undefined)
}

import { randomFraction } from '../adapters/clock/system.ts'
import { createD1Driver } from '../adapters/database/d1.ts'
import { createLibsqlDriver } from '../adapters/database/libsql.ts'
import { createShards } from '../adapters/database/shards.ts'
import { PRIMARY_SHARD, type Shards, type SqlDriver } from '../ports/database.ts'
import type { Config } from './config/index.ts'

/** Puts something between the platform and an engine, such as the faults of a test. */
export type WrapDriver = (driver: SqlDriver, shard: string) => SqlDriver

/**
 * The databases of the deployment: `primary` is what the configuration names, and each further D1
 * binding `DB_<NAME>` is the shard `<name>`.
 */
export function shardsOf(env: Env, config: Config, wrap: WrapDriver = (driver) => driver): Shards {
  const drivers = new Map([[PRIMARY_SHARD, wrap(primaryOf(env, config), PRIMARY_SHARD)]])
  for (const [binding, value] of Object.entries<unknown>({ ...env })) {
    const name = /^DB_([A-Z0-9_]+)$/.exec(binding)?.[1]?.toLowerCase()
    if (name !== undefined && isD1(value)) drivers.set(name, wrap(createD1Driver(value), name))
  }
  return createShards(drivers, {
    timeoutMilliseconds: config.database.timeoutMs,
    retries: config.database.retries,
    random: randomFraction,
  })
}

function primaryOf(env: Env, config: Config): SqlDriver {
  const { driver, url, authToken } = config.database
  if (driver === 'd1' || url === undefined) return createD1Driver(env.DB)
  return createLibsqlDriver(authToken === undefined ? { url } : { url, authToken })
}

function isD1(value: unknown): value is D1Database {
  return typeof value === 'object' && value !== null && 'prepare' in value && 'batch' in value
}

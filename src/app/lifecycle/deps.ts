import { PRIMARY_SHARD } from '../../ports/database.ts'
import type { Deps } from '../../ports/deps.ts'
import type { Isolate } from '../isolate.ts'

/** The ports of work that no request asked for, on one shard. */
export function depsOf(isolate: Isolate, shard: string = PRIMARY_SHARD): Deps {
  const { shards } = isolate.shared
  const tenants = isolate.tenantsOf(shards.openAll())
  return { ...isolate.shared, db: shards.open(shard), tenants }
}

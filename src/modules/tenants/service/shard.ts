import type { RequestContext } from '../../../kernel/context.ts'
import type { Query } from '../../../kernel/statement.ts'
import type { Database } from '../../../ports/database.ts'
import type { Deps } from '../../../ports/deps.ts'
import type { TenantKey } from '../../../ports/tenant-directory.ts'
import { findTenant, storedTenant } from '../repo.ts'
import type { StoredTenant } from '../types.ts'

type ShardDeps = Pick<Deps, 'db' | 'shards'>

/**
 * A tenant on any shard. The caller's own database is asked first, so that its gates count; the
 * others only where the deployment has them.
 */
export async function findStored(
  { db, shards }: ShardDeps,
  key: TenantKey,
): Promise<StoredTenant | undefined> {
  const own = await db.first(findTenant(key))
  const isAlone = shards.names.length === 1
  const row = own ?? (isAlone ? undefined : await shards.openAll().first(findTenant(key)))
  return row && storedTenant(row)
}

/**
 * The database of a tenant: the caller's own, or, for an operator's work on a tenant of another
 * shard, one without the caller's gates, which have been asked by then.
 */
export function databaseOf(
  { db, shards }: ShardDeps,
  ctx: RequestContext,
  tenant: Pick<StoredTenant, 'shard'>,
): Database {
  return tenant.shard === ctx.tenant.shard ? db : shards.openUngated(tenant.shard)
}

/** The rows of every shard; each shard's are in the order of the query. */
export async function readEverywhere<Row>(
  { db, shards }: ShardDeps,
  ctx: RequestContext,
  query: Query<Row>,
): Promise<Row[]> {
  const others = shards.names.filter((name) => name !== ctx.tenant.shard)
  const databases = [db, ...others.map((name) => shards.openUngated(name))]
  return (await Promise.all(databases.map((database) => database.read(query)))).flat()
}

/** Whether a host leads to another tenant on some shard; within one the unique index tells as well. */
export async function hasHostElsewhere(
  { shards }: Pick<Deps, 'shards'>,
  tenant: Pick<StoredTenant, 'id'>,
  host: string,
): Promise<boolean> {
  if (shards.names.length === 1) return false
  const holder = await shards.openAll().first(findTenant({ kind: 'host', value: host }))
  return holder !== undefined && holder.id !== tenant.id
}

import { emptyTables } from '../../modules/commit/index.ts'
import { findTenantIds } from '../../modules/tenants/index.ts'
import type { Isolate } from '../isolate.ts'
import { modules } from '../modules.ts'
import { depsOf } from './deps.ts'

/**
 * Empties every table of every module on every shard; the schema stays. For development and test
 * only: throws in production. Both caches forget the tenants; other isolates' memory fades.
 */
export async function truncate(isolate: Isolate): Promise<void> {
  if (isolate.config.app.env === 'production')
    throw new Error('truncate is not for production: nothing brings the rows back')
  // A module's rows may refer to those of the modules before it.
  const tables = modules.toReversed().flatMap((module) => module.tables)
  for (const shard of isolate.shared.shards.names) {
    const deps = depsOf(isolate, shard)
    const ids = (await deps.db.read(findTenantIds({}))).map(({ id }) => id)
    // The directory forgets the names of those that it knows.
    for (const value of ids) await deps.tenants.find({ kind: 'id', value })
    await emptyTables(deps, tables)
    for (const id of ids) {
      await deps.tenants.refresh(id)
      for (const module of modules) isolate.shared.publicCache.invalidate(id, module.slug)
    }
  }
}

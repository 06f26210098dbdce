import type { RequestContext } from '../../../../kernel/context.ts'
import type { SweepDefinition, Progress } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { listTenants } from '../../repo.ts'
import { requireOperator } from '../../service/access.ts'

/** Snapshots that are written at once. */
const AT_ONCE = 10

/**
 * Loads the newest tenants that are served, of each shard at most `limit`, and writes their snapshots
 * into the caches. Needs `maintenance:run` in the control tenant. Answers how many.
 */
export async function warmCache(
  deps: Pick<Deps, 'db' | 'shards' | 'tenants'>,
  ctx: RequestContext,
  { limit }: { readonly limit: number },
  progress: Progress,
): Promise<{ warmed: number }> {
  requireOperator(ctx, 'maintenance:run')
  await deps.db.confirm()
  let warmed = 0
  for (const shard of deps.shards.names) {
    const page = { status: 'active', before: undefined, limit } as const
    const found = await deps.shards.openUngated(shard).read(listTenants(page))
    warmed += await refreshAll(deps, found)
    progress(`${shard}: ${found.length}`)
  }
  return { warmed }
}

async function refreshAll(
  { tenants }: Pick<Deps, 'tenants'>,
  found: readonly { readonly id: string }[],
): Promise<number> {
  for (let from = 0; from < found.length; from += AT_ONCE)
    await Promise.all(found.slice(from, from + AT_ONCE).map(({ id }) => tenants.refresh(id)))
  return found.length
}

/** What becomes too old of cached tenants. Any other snapshot ends by itself. */
export const cacheSweeps: readonly SweepDefinition<Deps>[] = [
  {
    name: 'cache',
    description: 'Cached snapshots of tenants that are to be deleted: they are written anew.',
    run: async (deps, _, limit) =>
      refreshAll(
        deps,
        await deps.db.read(listTenants({ status: 'deleting', before: undefined, limit })),
      ),
  },
]

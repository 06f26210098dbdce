import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { claimJobs } from '../repo.ts'

/**
 * Claims a page of due jobs of a shard and wakes the workers up for them. Returns how many; a page
 * that could not be sent is due again when its lease ends.
 */
export async function relayJobs(
  deps: Pick<Deps, 'db' | 'ids' | 'transport'>,
  call: { readonly shard: string; readonly now: number; readonly tenantId: string | null },
): Promise<number> {
  const lease = deps.ids.next()
  const until = call.now + limits.events.leaseMilliseconds
  const { now, tenantId, shard } = call
  const [claimed] = await deps.db.bookkeep([claimJobs({ now, lease, until, tenantId })])
  if (claimed.length > 0)
    await deps.transport.send(
      claimed.map(({ id, name, tenantId: owner }) => ({
        kind: 'job',
        shard,
        tenantId: owner,
        id,
        name,
        lease,
      })),
    )
  return claimed.length
}

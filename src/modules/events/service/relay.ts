import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { claimEvents } from '../repo.ts'

/**
 * Claims a page of due events of a shard and wakes the workers up for them. Returns how many; a page
 * that could not be sent is due again when its lease ends.
 */
export async function relayEvents(
  deps: Pick<Deps, 'db' | 'ids' | 'transport'>,
  call: { readonly shard: string; readonly now: number; readonly tenantId: string | null },
): Promise<number> {
  const lease = deps.ids.next()
  const until = call.now + limits.events.leaseMilliseconds
  const { now, tenantId, shard } = call
  const [claimed] = await deps.db.bookkeep([claimEvents({ now, lease, until, tenantId })])
  if (claimed.length > 0)
    await deps.transport.send(
      claimed.map((event) => ({
        kind: 'event',
        shard,
        tenantId: event.tenantId,
        id: event.id,
        name: '',
        lease,
      })),
    )
  return claimed.length
}

import type { RequestContext } from '../../../../kernel/context.ts'
import type { EventEnvelope } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { bodyOf, isWanted } from '../../domain.ts'
import { toEndpoint } from '../../endpoints/index.ts'
import { findEnabled, insertDeliveries } from '../repo.ts'
import { jobsFor } from './queue.ts'

/** Queues a delivery for each enabled endpoint that wants the event, in the one commit of the effect. */
export async function fanOut(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  event: EventEnvelope,
): Promise<void> {
  const rows = await deps.db.read(findEnabled({ tenantId: ctx.tenant.id }))
  const wanted = rows.map(toEndpoint).filter(({ events }) => isWanted(events, event.type))
  if (wanted.length === 0) return
  const added = wanted.map((endpoint) => ({
    id: deps.ids.next(),
    endpointId: endpoint.id,
    eventId: event.id,
    eventType: event.type,
    body: bodyOf(event, endpoint),
  }))
  await commit(deps, ctx, {
    writes: [insertDeliveries(ctx.tenant.id, added, ctx.now)],
    events: [],
    jobs: jobsFor(added.map(({ id }) => id)),
    audit: {
      action: 'webhooks.deliveries.queued',
      targetType: 'event',
      targetId: event.id,
      changes: { endpoints: wanted.map(({ id }) => id) },
    },
    result: null,
  })
}

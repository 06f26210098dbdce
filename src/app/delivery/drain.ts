import { limits } from '../../kernel/limits.ts'
import { relayEvents } from '../../modules/events/index.ts'
import { relayJobs } from '../../modules/jobs/index.ts'
import type { WakeUp } from '../../ports/transport.ts'
import type { Isolate } from '../isolate.ts'
import { depsOf } from '../lifecycle/deps.ts'
import { deliverEvents } from './deliver-events.ts'
import { performJobs } from './perform-jobs.ts'

/** Pages of one drain, so that it ends; what is left is the next one's. */
const PAGES = limits.events.inFlight / limits.events.page

/**
 * Relays what a shard owes, page by page, until nothing is due. Returns how much it was.
 * `tenantId` keeps it to one tenant.
 */
export async function drain(
  isolate: Isolate,
  shard: string,
  tenantId: string | null = null,
): Promise<number> {
  let relayed = 0
  for (let page = 0; page < PAGES; page++) {
    const call = { shard, tenantId, now: isolate.clock.now() }
    const events = await relayEvents(depsOf(isolate, shard), call)
    const jobs = await relayJobs(depsOf(isolate, shard), call)
    relayed += events + jobs
    if (events + jobs === 0) break
  }
  return relayed
}

/** Does what wake-up calls ask for. One that fails harms no other: its row stays owed. */
export async function answerWakeUps(isolate: Isolate, wakeUps: readonly WakeUp[]): Promise<void> {
  const shards = new Set(wakeUps.map(({ shard }) => shard))
  const work = [...shards].flatMap((shard) => {
    const of = (kind: WakeUp['kind']) =>
      wakeUps.filter((wakeUp) => wakeUp.shard === shard && wakeUp.kind === kind)
    const events = of('event')
    const jobs = of('job')
    return [
      ...(events.length > 0 ? [deliverEvents(isolate, shard, events)] : []),
      ...(jobs.length > 0 ? [performJobs(isolate, shard, jobs)] : []),
    ]
  })
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected')
      isolate.shared.telemetry.error('delivery failed', result.reason)
  }
}

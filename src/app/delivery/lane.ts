import { WorkerEntrypoint } from 'cloudflare:workers'
import type { WakeUp } from '../../ports/transport.ts'
import { isolateOf } from '../isolate.ts'
import { answerWakeUps } from './drain.ts'

/**
 * How long work may go on behind an answer (Workers, limits: `waitUntil` ends after 30 s), less the
 * time that noting its outcome may take.
 */
export const LANE_SECONDS = 25

/**
 * An invocation of its own for work that the queue has brought, so that what waits for somebody else
 * keeps no batch of the queue waiting. A class because the platform asks for one.
 */
export class Lane extends WorkerEntrypoint<Env> {
  /** Takes the work over and returns at once. */
  take(wakeUps: readonly WakeUp[]): void {
    const isolate = isolateOf(this.env)
    const work = async () => {
      await answerWakeUps(isolate, wakeUps)
      for (const shard of new Set(wakeUps.map((wakeUp) => wakeUp.shard))) await isolate.wake(shard)
    }
    this.ctx.waitUntil(work())
  }
}

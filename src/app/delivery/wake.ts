import type { Isolate } from '../isolate.ts'
import { drain } from './drain.ts'

/** A drain that has not ended by then belonged to a request that is gone. */
const OVERDUE_MILLISECONDS = 10_000

/**
 * Starts a drain of a shard, one at a time in an isolate: what comes in meanwhile is looked for once
 * more at its end. Never rejects; cron finds what a drain has left.
 */
export function createWaker(): (isolate: Isolate, shard: string) => Promise<void> {
  const running = new Map<string, { startedAt: number; again: boolean }>()
  return async (isolate, shard) => {
    const { clock, shared } = isolate
    const other = running.get(shard)
    if (other && clock.now() - other.startedAt < OVERDUE_MILLISECONDS) {
      other.again = true
      return
    }
    const own = { startedAt: clock.now(), again: true }
    running.set(shard, own)
    try {
      while (own.again) {
        own.again = false
        await drain(isolate, shard)
      }
    } catch (error) {
      shared.telemetry.error('drain failed', error, { shard })
    } finally {
      if (running.get(shard) === own) running.delete(shard)
    }
  }
}

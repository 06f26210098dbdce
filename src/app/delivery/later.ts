import type { Isolate } from '../isolate.ts'

/** What is due after this time is found by a cron tick. */
const TICK_MILLISECONDS = 60_000

/**
 * Asks for a relay of a shard at the instant at which something is due again, when that is before
 * cron would find it. Never rejects: cron finds what was not asked for.
 */
export async function relayAt(isolate: Isolate, shard: string, dueAt: number): Promise<void> {
  const { clock, shared } = isolate
  const wait = dueAt - clock.now()
  if (wait >= TICK_MILLISECONDS) return
  try {
    await shared.transport.relayLater(shard, Math.max(1, Math.ceil(wait / 1_000)))
  } catch (error) {
    shared.telemetry.error('relay not asked for', error, { shard })
  }
}

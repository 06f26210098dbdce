import { exports } from 'cloudflare:workers'
import type { WakeUp } from '../ports/transport.ts'
import { answerWakeUps } from './delivery/drain.ts'
import { LANE_SECONDS } from './delivery/lane.ts'
import { messageOf } from './delivery/messages.ts'
import { type Isolate, isolateOf } from './isolate.ts'

/**
 * The queue's door. A message is only a wake-up call: the database keeps what is owed, so each is
 * acknowledged, and what was not done is due again when its lease ends.
 *
 * Each job gets an invocation of its own, and so do the events of the batch; only work that takes
 * longer than such an invocation may last is done here.
 */
export async function handleQueue(batch: MessageBatch, env: Env): Promise<void> {
  const isolate = isolateOf(env)
  const messages = batch.messages.flatMap(({ body }) => messageOf(body) ?? [])
  const wakeUps = messages.filter((message) => message.kind !== 'relay')
  const { telemetry } = isolate.shared
  telemetry.count('rustok_queue_messages_total', {}, batch.messages.length)
  const strangers = batch.messages.length - messages.length
  if (strangers > 0) telemetry.log('error', 'messages of strangers', { strangers })
  batch.ackAll()
  const long = wakeUps.filter((wakeUp) => isLong(isolate, wakeUp))
  await Promise.all(lanesOf(wakeUps.filter((wakeUp) => !long.includes(wakeUp))).map(take))
  await answerWakeUps(isolate, long)
  const relays = messages.filter(({ kind }) => kind === 'relay')
  for (const shard of new Set([...long, ...relays].map((message) => message.shard)))
    await isolate.wake(shard)
}

function isLong({ shared }: Isolate, { kind, name }: WakeUp): boolean {
  const job = kind === 'job' ? shared.subscriptions.jobOf(name, 0) : undefined
  return job !== undefined && job.timeoutSeconds > LANE_SECONDS
}

function lanesOf(wakeUps: readonly WakeUp[]): WakeUp[][] {
  const events = wakeUps.filter(({ kind }) => kind === 'event')
  const jobs = wakeUps.filter(({ kind }) => kind === 'job').map((job) => [job])
  return events.length > 0 ? [events, ...jobs] : jobs
}

async function take(wakeUps: WakeUp[]): Promise<void> {
  await exports.Lane.take(wakeUps)
}

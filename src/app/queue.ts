import { answerWakeUps } from './delivery/drain.ts'
import { wakeUpOf } from './delivery/messages.ts'
import { isolateOf } from './isolate.ts'

/**
 * The queue's door. A message is only a wake-up call: the database keeps what is owed, so each is
 * acknowledged, and what was not done is due again when its lease ends.
 */
export async function handleQueue(batch: MessageBatch, env: Env): Promise<void> {
  const isolate = isolateOf(env)
  const wakeUps = batch.messages.flatMap(({ body }) => wakeUpOf(body) ?? [])
  const { telemetry } = isolate.shared
  telemetry.count('rustok_queue_messages_total', {}, batch.messages.length)
  const strangers = batch.messages.length - wakeUps.length
  if (strangers > 0) telemetry.log('error', 'messages that are no wake-up calls', { strangers })
  batch.ackAll()
  await answerWakeUps(isolate, wakeUps)
  for (const shard of new Set(wakeUps.map((wakeUp) => wakeUp.shard))) await isolate.wake(shard)
}

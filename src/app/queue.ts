import { isolateOf } from './isolate.ts'

/**
 * The queue's door. A message is only a wake-up call for the outbox, which keeps what is owed; with
 * no subscriber declared there is nothing to wake.
 */
export async function handleQueue(batch: MessageBatch, env: Env): Promise<void> {
  isolateOf(env).shared.telemetry.count('rustok_queue_messages_total', {}, batch.messages.length)
  batch.ackAll()
}

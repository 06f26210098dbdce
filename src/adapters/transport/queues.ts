import type { RelayCall, Transport, WakeUp } from '../../ports/transport.ts'
import { type StartTimer, withDeadline } from '../../kernel/deadline.ts'

/** Messages of one send (Cloudflare Queues, limits). A wake-up call is far below 2 KB each. */
const MESSAGES = 100

/** A queue that does not answer within this time is taken for one that has not. */
const SEND_MILLISECONDS = 5_000

/** Cloudflare Queues: at least once, in any order. */
export function createQueueTransport(
  queue: Pick<Queue<WakeUp | RelayCall>, 'send' | 'sendBatch'>,
  startTimer: StartTimer,
): Transport {
  return {
    async send(wakeUps) {
      for (let from = 0; from < wakeUps.length; from += MESSAGES) {
        const messages = wakeUps.slice(from, from + MESSAGES).map((body) => ({ body }))
        await withDeadline(startTimer, SEND_MILLISECONDS, queue.sendBatch(messages))
      }
    },
    async relayLater(shard, delaySeconds) {
      await withDeadline(
        startTimer,
        SEND_MILLISECONDS,
        queue.send({ kind: 'relay', shard }, { delaySeconds }),
      )
    },
  }
}

import type { RelayCall, Transport, WakeUp } from '../../ports/transport.ts'
import type { StartTimer } from '../../ports/timers.ts'

/** Messages of one send (Cloudflare Queues, limits). A wake-up call is far below 2 KB each. */
const MESSAGES = 100

/** A queue that does not answer within this time is taken for one that has not. */
export const SEND_MILLISECONDS = 5_000

/** Cloudflare Queues: at least once, in any order. */
export function createQueueTransport(
  queue: Pick<Queue<WakeUp | RelayCall>, 'send' | 'sendBatch'>,
  startTimer: StartTimer,
): Transport {
  return {
    async send(wakeUps) {
      for (let from = 0; from < wakeUps.length; from += MESSAGES) {
        const messages = wakeUps.slice(from, from + MESSAGES).map((body) => ({ body }))
        await inTime(startTimer, queue.sendBatch(messages))
      }
    },
    async relayLater(shard, delaySeconds) {
      await inTime(startTimer, queue.send({ kind: 'relay', shard }, { delaySeconds }))
    },
  }
}

function inTime<T>(startTimer: StartTimer, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = startTimer(SEND_MILLISECONDS, () => reject(new Error('the queue is silent')))
    work.then(resolve, reject).finally(cancel)
  })
}

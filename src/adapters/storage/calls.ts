import { fullJitter } from '../../kernel/backoff.ts'
import { within } from '../../kernel/deadline.ts'
import { StorageError } from '../../ports/storage.ts'
import { startPlatformTimer } from '../clock/timers.ts'

/** How long and how often a call is tried. */
export interface CallOptions {
  /** For a call without bytes; those get a second more for every 100 kB. */
  readonly timeoutMilliseconds: number
  /** Tries after the first, for faults that pass and calls that may be made twice. */
  readonly retries: number
  /** A number in [0, 1) for the jitter between tries. */
  readonly random: () => number
}

/** One call to a store. */
export interface Attempt {
  /** Whether it may be made twice. */
  readonly repeatable: boolean
  /** Bytes that it sends or waits for. */
  readonly bytes?: number
}

/** Makes calls in bounded time; `work` need not heed the signal. Throws `StorageError` alone. */
export type Call = <Value>(
  attempt: Attempt,
  work: (signal: AbortSignal) => Promise<Value>,
) => Promise<Value>

const SLOWEST_BYTES_PER_MILLISECOND = 100

/** Calls of a store; `errorOf` tells what it has thrown. */
export function createCall(options: CallOptions, errorOf: (thrown: unknown) => StorageError): Call {
  const { maxAttempts, delay } = fullJitter({
    maxAttempts: options.retries + 1,
    baseMilliseconds: 50,
    capMilliseconds: 1_000,
  })
  return async ({ repeatable, bytes = 0 }, work) => {
    const milliseconds = options.timeoutMilliseconds + bytes / SLOWEST_BYTES_PER_MILLISECOND
    for (let tries = 1; ; tries++) {
      const controller = new AbortController()
      const outcome = await within(startPlatformTimer, milliseconds, work(controller.signal))
      if (outcome.kind === 'done') return outcome.value
      if (outcome.kind === 'late') controller.abort()
      const error =
        outcome.kind === 'late'
          ? new StorageError('unavailable', 'no answer in time')
          : errorOf(outcome.error)
      const again = repeatable && error.failure === 'unavailable' && tries < maxAttempts
      if (!again) throw error
      const pause = delay(tries, options.random())
      await new Promise<void>((resolve) => void startPlatformTimer(pause, resolve))
    }
  }
}

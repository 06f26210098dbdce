import { v7 } from 'uuid'
import type { Clock } from './clock.ts'

/** Maker of identifiers and secrets. Injected, so that nothing else calls a random source. */
export interface Ids {
  /** A new UUIDv7 (RFC 9562 §5.7): time-ordered, lower case. */
  next(): string
  /** Cryptographically random bytes. */
  random(length: number): Uint8Array
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** True for a lower-case UUID of any version. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** Makes ids from the given clock and random source; ids of one maker never go back in time. */
export function createIds(clock: Clock, random: (length: number) => Uint8Array): Ids {
  let lastMilliseconds = 0
  let sequence = 0
  return {
    random,
    next() {
      const now = clock.now()
      sequence = now > lastMilliseconds ? 0 : sequence + 1
      lastMilliseconds = Math.max(now, lastMilliseconds)
      return v7({ msecs: lastMilliseconds, seq: sequence, random: random(16) })
    },
  }
}

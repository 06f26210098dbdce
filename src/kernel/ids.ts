import { parse, v7 } from 'uuid'
import { toHex } from './bytes.ts'
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

const ID_BYTES = 16
/** Ids that one draw from the random source is enough for: a draw costs far more than its bytes. */
const IDS_OF_A_DRAW = 64

/** The 16 bytes of a UUID. Throws `TypeError` for anything else. */
export function uuidToBytes(uuid: string): Uint8Array {
  return parse(uuid)
}

/** The text of 16 bytes as a UUID, lower case; whatever they hold. */
export function uuidFromBytes(bytes: Uint8Array): string {
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/**
 * Makes ids from the given clock and random source. Ids of one maker are strictly increasing: within
 * a millisecond a counter grows from a random start (RFC 9562 §6.2, method 1).
 */
export function createIds(clock: Clock, random: (length: number) => Uint8Array): Ids {
  let lastMilliseconds = -1
  let sequence = 0
  let drawn: Uint8Array = new Uint8Array()
  let used = 0

  const sixteenBytes = () => {
    if (used === drawn.length) {
      drawn = random(ID_BYTES * IDS_OF_A_DRAW)
      used = 0
    }
    used += ID_BYTES
    return drawn.subarray(used - ID_BYTES, used)
  }

  return {
    random,
    next() {
      const now = clock.now()
      const bytes = sixteenBytes()
      if (now > lastMilliseconds) {
        lastMilliseconds = now
        sequence = counterStart(bytes)
      } else {
        sequence += 1
      }
      return v7({ msecs: lastMilliseconds, seq: sequence, random: bytes })
    },
  }
}

/** What every UUIDv7 of an instant or later sorts behind: its first 48 bits are milliseconds (RFC 9562 §5.7). */
export function firstIdAt(milliseconds: number): string {
  const digits = Math.max(0, milliseconds).toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}`
}

/** 30 random bits of the 32 that the counter has, so that it has room to grow. */
function counterStart([a = 0, b = 0, c = 0, d = 0]: Uint8Array): number {
  return ((a & 0x3f) << 24) | (b << 16) | (c << 8) | d
}

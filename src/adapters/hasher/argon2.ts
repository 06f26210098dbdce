import type { Clock } from '../../kernel/clock.ts'
import { HasherBusyError, type PasswordHasher } from '../../ports/hasher.ts'
import { argon2idTag } from './hash-wasm-engine.ts'
import { type Argon2Hash, type Argon2Parameters, formatPhc, parsePhc } from './phc.ts'

/** What the hasher of an isolate is made of. */
export interface Argon2HasherOptions {
  /** Hashes that may run or wait at once; every further one is refused. At least 1. */
  readonly maxInFlight: number
  /** Cryptographically random bytes. */
  readonly randomBytes: (length: number) => Uint8Array
  readonly clock: Clock
  /**
   * Keeps work going whose request is cancelled, as `waitUntil` of `cloudflare:workers` does. A
   * caller that hangs up would otherwise leave its place taken.
   */
  readonly keepAlive: (work: Promise<unknown>) => void
}

/** OWASP's minimum for argon2id; two at once of its next step would endanger the isolate's memory. */
const current: Argon2Parameters = { memoryKib: 19_456, iterations: 2, parallelism: 1 }
const SALT_BYTES = 16
const TAG_BYTES = 32

/** How long a place is kept for a caller that never returns, in milliseconds. */
const PLACE_LEASE = 10_000

/** Stands in for what is unknown, so that a check that must fail costs what one that may pass does. */
const decoy: Argon2Hash = {
  ...current,
  salt: new Uint8Array(SALT_BYTES),
  tag: new Uint8Array(TAG_BYTES),
}
const decoyPassword = new Uint8Array(1)

const toBytes = (password: string): Uint8Array =>
  new TextEncoder().encode(password.normalize('NFC'))

/** Compares in a time that depends on the lengths only. */
function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length
  for (const [index, byte] of left.entries()) difference |= byte ^ (right[index] ?? 0)
  return difference === 0
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

async function matches(password: Uint8Array, hash: Argon2Hash): Promise<boolean> {
  return equalBytes(await argon2idTag({ ...hash, password, tagBytes: hash.tag.length }), hash.tag)
}

/**
 * Admits at most `maxInFlight` callers and gives each a turn of the event loop of its own; between
 * two hashes the requests that came meanwhile are let in, answered or refused. No caller waits for
 * another's promise. Should a caller be cut off all the same, its place falls free by time.
 */
function createGate({ maxInFlight, clock, keepAlive }: Argon2HasherOptions) {
  const places = new Set<{ readonly expiresAt: number }>()
  let finished = 0

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    let seen: number
    do {
      seen = finished
      await nextTurn()
    } while (finished !== seen)
    try {
      return await work()
    } finally {
      finished += 1
    }
  }

  return async function admit<T>(work: () => Promise<T>): Promise<T> {
    const now = clock.now()
    for (const place of places) if (place.expiresAt <= now) places.delete(place)
    if (places.size >= maxInFlight) throw new HasherBusyError()
    const place = { expiresAt: now + PLACE_LEASE }
    places.add(place)
    const outcome = inTurn(work).finally(() => places.delete(place))
    keepAlive(Promise.allSettled([outcome]))
    return outcome
  }
}

/**
 * Hashes with argon2id (RFC 9106; m = 19,456 KiB, t = 2, p = 1, 16-byte salt, 32-byte tag) in
 * WebAssembly, one hash at a time. Make one for each isolate: the cap counts what it has let in.
 */
export function createArgon2Hasher(options: Argon2HasherOptions): PasswordHasher {
  const admit = createGate(options)
  return {
    async hash(password) {
      const bytes = toBytes(password)
      if (bytes.length === 0) throw new RangeError('an empty password cannot be hashed')
      return admit(async () => {
        const salt = options.randomBytes(SALT_BYTES)
        const tag = await argon2idTag({ ...current, password: bytes, salt, tagBytes: TAG_BYTES })
        return formatPhc({ ...current, salt, tag })
      })
    },
    async verify(password, phc) {
      const bytes = toBytes(password)
      const hash = parsePhc(phc)
      if (hash && bytes.length > 0) return admit(() => matches(bytes, hash))
      await admit(() => matches(decoyPassword, decoy))
      return false
    },
    needsRehash(phc) {
      const hash = parsePhc(phc)
      return !(
        hash?.memoryKib === current.memoryKib &&
        hash.iterations === current.iterations &&
        hash.parallelism === current.parallelism &&
        hash.salt.length >= SALT_BYTES &&
        hash.tag.length >= TAG_BYTES
      )
    },
    async verifyDummy(password) {
      const bytes = toBytes(password)
      await admit(() => matches(bytes.length > 0 ? bytes : decoyPassword, decoy))
    },
  }
}

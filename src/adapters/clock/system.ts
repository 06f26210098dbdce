import type { Clock } from '../../kernel/clock.ts'

/** The machine's clock. On Workers it stands still between I/O. */
export const systemClock: Clock = { now: () => Date.now() }

/** Cryptographically random bytes. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length))
}

/** A random number in [0, 1) for jitter. */
export function randomFraction(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1))
  return word / 2 ** 32
}

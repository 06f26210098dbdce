/** Seeded random numbers: the same seed gives the same run. */
export interface Random {
  /** In [0, 1). */
  fraction(): number
  /** A whole number below `bound`. */
  below(bound: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One of the items. Throws for none. */
  pick<T>(items: readonly T[]): T
  bytes(length: number): Uint8Array
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, enough to drive a simulation. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const fraction = () => next() / 2 ** 32
  const below = (bound: number) => Math.floor(fraction() * bound)
  return {
    fraction,
    below,
    chance: (probability) => fraction() < probability,
    pick(items) {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('there is nothing to pick from')
      return item
    },
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  }
}

/** A map that forgets its least recently used entries when their weights pass the bound. */
export interface Lru<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value, weight?: number): void
  delete(key: string): void
  clear(): void
  readonly size: number
  readonly evictions: number
}

/** Bounded by the sum of weights; an entry heavier than the bound is not kept. */
export function createLru<Value>(maxWeight: number): Lru<Value> {
  const entries = new Map<string, { value: Value; weight: number }>()
  let total = 0
  let evictions = 0
  const remove = (key: string) => {
    const entry = entries.get(key)
    if (!entry) return
    total -= entry.weight
    entries.delete(key)
  }
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, weight = 1) {
      remove(key)
      if (weight > maxWeight) return
      entries.set(key, { value, weight })
      total += weight
      for (const oldest of entries.keys()) {
        if (total <= maxWeight) break
        remove(oldest)
        evictions += 1
      }
    },
    delete: remove,
    clear() {
      entries.clear()
      total = 0
    },
    get size() {
      return entries.size
    },
    get evictions() {
      return evictions
    },
  }
}

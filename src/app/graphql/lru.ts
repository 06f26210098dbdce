/** A map that forgets what was used least recently. */
export interface Lru<Value> {
  get(key: string): Value | undefined
  /** Keeps a value that weighs `bytes`; one heavier than the whole map is not kept. */
  set(key: string, value: Value, bytes: number): void
}

/** Makes a map bounded by the number of its entries and by the sum of their weights. */
export function createLru<Value>(max: { entries: number; bytes: number }): Lru<Value> {
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>()
  let total = 0
  let newest: string | undefined

  const drop = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    total -= entry.bytes
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      if (key !== newest) {
        entries.delete(key)
        entries.set(key, entry)
        newest = key
      }
      return entry.value
    },
    set(key, value, bytes) {
      drop(key)
      if (bytes > max.bytes) return
      entries.set(key, { value, bytes })
      newest = key
      total += bytes
      for (const oldest of entries.keys()) {
        if (entries.size <= max.entries && total <= max.bytes) break
        drop(oldest)
      }
    },
  }
}

import type { SharedCache } from '../../src/ports/cache.ts'

/** A shared cache whose faults a test chooses. */
export interface FaultyCache extends SharedCache {
  /** `refuse`: calls fail. `hang`: calls never answer. */
  mode: 'works' | 'refuse' | 'hang'
  /** From here on reads see the values as they are now, whatever is written. */
  freeze(): void
  readonly entries: Map<string, { readonly value: string; readonly ttlSeconds: number }>
  readonly calls: { get: number; put: number; delete: number }
}

/** Makes a cache that works until it is told otherwise. */
export function createFaultyCache(): FaultyCache {
  const entries: FaultyCache['entries'] = new Map()
  const calls = { get: 0, put: 0, delete: 0 }
  let seen = entries
  const answer = async <Value>(
    operation: keyof typeof calls,
    value: () => Value,
  ): Promise<Value> => {
    calls[operation] += 1
    if (cache.mode === 'refuse') throw new Error('the cache is down')
    if (cache.mode === 'hang') return new Promise<Value>(() => {})
    return value()
  }
  const cache: FaultyCache = {
    mode: 'works',
    entries,
    calls,
    freeze() {
      seen = new Map(entries)
    },
    get: (key) => answer('get', () => seen.get(key)?.value),
    put: (key, value, ttlSeconds) =>
      answer('put', () => void entries.set(key, { value, ttlSeconds })),
    delete: (key) => answer('delete', () => void entries.delete(key)),
  }
  return cache
}

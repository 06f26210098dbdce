import type { SharedCache } from '../../ports/cache.ts'

/** Workers KV: eventually consistent for a minute or more, one write a second a key. */
export function createKvCache(namespace: KVNamespace): SharedCache {
  return {
    async get(key) {
      return (await namespace.get(key)) ?? undefined
    },
    put: (key, value, ttlSeconds) =>
      namespace.put(key, value, { expirationTtl: Math.max(60, ttlSeconds) }),
    delete: (key) => namespace.delete(key),
  }
}

import type { Clock } from '../../kernel/clock.ts'
import type { CachedAnswer, CacheScope, PublicCache } from '../../ports/public-cache.ts'
import { createLru } from './lru.ts'

interface Entry {
  readonly answer: CachedAnswer
  readonly epoch: number
  readonly expiresAt: number
}

/** Answers in isolate memory, bounded in bytes and in age. */
export function createPublicCache(options: {
  readonly clock: Clock
  readonly maxBytes: number
  readonly ttlMilliseconds: number
}): PublicCache {
  const entries = createLru<Entry>(options.maxBytes)
  const epochs = createLru<number>(10_000)
  let lastEpoch = 0

  const scopeKey = (scope: CacheScope) => `${scope.tenantId}/${scope.module}`
  const epoch = (scope: CacheScope) => epochs.get(scopeKey(scope)) ?? 0

  return {
    epoch,
    get(scope, key) {
      const entryKey = `${scopeKey(scope)}/${key}`
      const entry = entries.get(entryKey)
      if (!entry) return undefined
      if (entry.epoch === epoch(scope) && entry.expiresAt > options.clock.now()) return entry.answer
      entries.delete(entryKey)
      return undefined
    },
    put(scope, key, answer, computedAt) {
      if (computedAt !== epoch(scope) || options.ttlMilliseconds === 0) return
      const entryKey = `${scopeKey(scope)}/${key}`
      const expiresAt = options.clock.now() + options.ttlMilliseconds
      const weight = answer.body.byteLength + 2 * entryKey.length + 500
      entries.set(entryKey, { answer, epoch: computedAt, expiresAt }, weight)
    },
    invalidate(tenantId, module) {
      lastEpoch += 1
      epochs.set(scopeKey({ tenantId, module }), lastEpoch)
    },
  }
}

import type { Limiter } from '../../ports/limiter.ts'
import { createLru } from '../cache/lru.ts'

/** Fixed windows in isolate memory, for at most 100,000 keys. */
export function createMemoryLimiter(limit: number, windowSeconds: number): Limiter {
  const windows = createLru<{ start: number; used: number }>(100_000)
  const length = windowSeconds * 1_000
  return {
    take(key, now) {
      const start = now - (now % length)
      let window = windows.get(key)
      if (window?.start !== start) {
        window = { start, used: 0 }
        windows.set(key, window)
      }
      window.used += 1
      return {
        allowed: window.used <= limit,
        limit,
        remaining: Math.max(0, limit - window.used),
        resetSeconds: Math.max(1, Math.ceil((start + length - now) / 1_000)),
        windowSeconds,
      }
    },
  }
}

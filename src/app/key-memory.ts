import { type Lru, createLru } from '../adapters/cache/lru.ts'
import { limits } from '../kernel/limits.ts'
import type { KeyRecord } from '../modules/api-keys/index.ts'

/** What an isolate knows of API keys, by tenant and hash. */
export interface KeyMemory {
  readonly known: Lru<{ record: KeyRecord; until: number }>
  /** Until when keys are refused that are none or have ended. */
  readonly refused: Lru<number>
}

/** An empty memory. */
export function createKeyMemory(): KeyMemory {
  const { remembered } = limits.keys
  return { known: createLru(remembered), refused: createLru(remembered) }
}

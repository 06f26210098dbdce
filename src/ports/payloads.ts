/** Keeps payloads that are too large for a row (claim check). */
export interface PayloadStore {
  /** Keeps a text under a key of the tenant. */
  put(key: string, text: string): Promise<void>
  /** Undefined when there is none. */
  get(key: string): Promise<string | undefined>
  remove(keys: readonly string[]): Promise<void>
}

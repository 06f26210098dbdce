/** Keeps payloads that are too large for a row (claim check). */
export interface PayloadStore {
  /** Keeps a text under a key that begins with the id of its tenant and a slash. */
  put(key: string, text: string): Promise<void>
  /** Undefined when there is none. */
  get(key: string): Promise<string | undefined>
  /** At most 1,000. */
  remove(keys: readonly string[]): Promise<void>
}

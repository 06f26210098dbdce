/** Keeps payloads that are too large for a row (claim check). */
export interface PayloadStore {
  /** Keeps a text under a key that begins with the id of its tenant and a slash. */
  put(key: string, text: string): Promise<void>
  /** Undefined when there is none. */
  get(key: string): Promise<string | undefined>
  remove(keys: readonly string[]): Promise<void>
  /** Removes at most 1,000 of whatever a tenant has and tells how many; none means that none is left. */
  erasePage(tenantId: string): Promise<number>
}
